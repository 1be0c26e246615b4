/** Draws one number in [0, 1); all randomness of this folder comes in as one of these. */
export type Random = () => number;

/** Creates a generator whose numbers depend on the seed alone; any number will do as one. */
export function createRandom(seed: number): Random {
  const next = splitmix32(seed);
  return drawByXoshiro(next(), next(), next(), next());
}

/** Draws by xoshiro128** (Blackman and Vigna, 2018) from a state of four 32-bit words that are not all 0. */
export function drawByXoshiro(a: number, b: number, c: number, d: number): Random {
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result / 4294967296;
  };
}

/** Draws a whole number in [0, bound). */
export function drawBelow(bound: number, random: Random): number {
  return Math.floor(random() * bound);
}

/** Shuffles the values in place (Fisher-Yates), every order equally likely. */
export function shuffleInPlace<T extends Int32Array | Float64Array>(values: T, random: Random): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = drawBelow(i + 1, random);
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
  return values;
}

/** Draws `size` different indices out of [0, count), ascending; all of them when size ≥ count. */
export function sampleWithoutReplacement(count: number, size: number, random: Random): Int32Array {
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  if (size >= count) return indices;
  for (let i = 0; i < size; i++) {
    const j = i + drawBelow(count - i, random);
    const kept = indices[i]!;
    indices[i] = indices[j]!;
    indices[j] = kept;
  }
  return indices.slice(0, size).sort();
}

/** Draws `size` indices out of [0, count), repeats allowed: one bootstrap resample. */
export function sampleWithReplacement(count: number, size: number, random: Random): Int32Array {
  const indices = new Int32Array(size);
  for (let i = 0; i < size; i++) indices[i] = drawBelow(count, random);
  return indices;
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
