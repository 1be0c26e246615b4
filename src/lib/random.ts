import { createHash, randomBytes } from 'node:crypto';

/** Draws chance; handed in so that a test can replay it. */
export interface Random {
  bytes(size: number): Buffer;
  /** Draws from [0, 1). */
  unit(): number;
}

/** Draws from the machine's secure source. */
export const secureRandom: Random = {
  bytes: (size) => randomBytes(size),
  unit: () => randomBytes(4).readUInt32BE(0) / 2 ** 32,
};

/** Draws the same sequence for the same seed (mulberry32); for tests and recorded decisions, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { unit, bytes: (size) => Buffer.from(Array.from({ length: size }, () => Math.floor(unit() * 256))) };
}

/** Lists the 31 letters and digits that are not mistaken for one another. */
export const CLEAR_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** Makes a random id such as `o_7KQ…` with 80 bits of chance. */
export function newId(prefix: string, random: Random = secureRandom): string {
  return `${prefix}_${letters(random.bytes(16), 16)}`;
}

/** Makes the same id for the same parts, for rows that are derived from others and must not double. */
export function derivedId(prefix: string, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest();
  return `${prefix}_${letters(digest, 20)}`;
}

function letters(bytes: Buffer, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += CLEAR_ALPHABET[(bytes[i] ?? 0) % CLEAR_ALPHABET.length];
  return text.toLowerCase();
}
