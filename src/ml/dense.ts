/** Multiplies two vectors that lie at offsets of larger arrays, `size` numbers each. Four sums keep the adder busy. */
export function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, size: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < size; i += 4) {
    s0 += a[atA + i]! * b[atB + i]!;
    s1 += a[atA + i + 1]! * b[atB + i + 1]!;
    s2 += a[atA + i + 2]! * b[atB + i + 2]!;
    s3 += a[atA + i + 3]! * b[atB + i + 3]!;
  }
  for (; i < size; i++) s0 += a[atA + i]! * b[atB + i]!;
  return s0 + s1 + (s2 + s3);
}

/** Adds `scale` times a vector to another: into += scale · from, `size` numbers each. */
export function addScaled(
  into: Float64Array,
  atInto: number,
  scale: number,
  from: Float64Array,
  atFrom: number,
  size: number,
): void {
  let i = 0;
  for (; i + 3 < size; i += 4) {
    into[atInto + i]! += scale * from[atFrom + i]!;
    into[atInto + i + 1]! += scale * from[atFrom + i + 1]!;
    into[atInto + i + 2]! += scale * from[atFrom + i + 2]!;
    into[atInto + i + 3]! += scale * from[atFrom + i + 3]!;
  }
  for (; i < size; i++) into[atInto + i]! += scale * from[atFrom + i]!;
}

/** Multiplies factors (n x size) with themselves: the size x size Gram matrix YᵀY, both triangles. */
export function gramOf(factors: Float64Array, size: number): Float64Array {
  const gram = new Float64Array(size * size);
  for (let row = 0; row < factors.length; row += size) {
    for (let f = 0; f < size; f++) addScaled(gram, f * size, factors[row + f]!, factors, row, f + 1);
  }
  for (let f = 0; f < size; f++) {
    for (let g = 0; g < f; g++) gram[g * size + f] = gram[f * size + g]!;
  }
  return gram;
}

/**
 * Solves A x = b by Cholesky for symmetric positive definite A (size x size; only its lower triangle is read).
 * Overwrites A's lower triangle with its factor and b with x. Throws a RangeError when A is not positive definite.
 */
export function solveByCholesky(a: Float64Array, b: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      a[i * size + j] = (a[i * size + j]! - dot(a, i * size, a, j * size, j)) / a[j * size + j]!;
    }
    const pivot = a[i * size + i]! - dot(a, i * size, a, i * size, i);
    if (!(pivot > 0)) throw new RangeError(`not positive definite: pivot ${i} is ${pivot}`);
    a[i * size + i] = Math.sqrt(pivot);
  }
  for (let i = 0; i < size; i++) b[i] = (b[i]! - dot(a, i * size, b, 0, i)) / a[i * size + i]!;
  for (let i = size - 1; i >= 0; i--) {
    b[i]! /= a[i * size + i]!;
    addScaled(b, 0, -b[i]!, a, i * size, i);
  }
}
