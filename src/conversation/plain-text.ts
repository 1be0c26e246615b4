const NOTHING_SEEN = /(?:[\p{Cf}\p{Cc}]|\p{Variation_Selector}|\p{Me})+/gu;
const DIGIT = /\p{Nd}/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const EDGES = /^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu;

/** Says how much of a message is looked at; commands and menu answers are far shorter. */
export const LOOKED_AT = 240;

const isDigit = (codePoint: number) => /^\p{Nd}$/u.test(String.fromCodePoint(codePoint));

/** Invariant of Unicode: decimal digits come in unbroken runs of ten that begin with zero. */
function digitValue(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let distance = 0;
  while (isDigit(codePoint - distance - 1)) distance += 1;
  return String(distance % 10);
}

/** Writes the digits of any script as 0-9. */
export function foldDigits(text: string): string {
  return text.replace(DIGIT, (digit) => (digit >= '0' && digit <= '9' ? digit : digitValue(digit)));
}

/**
 * Brings a message to the form it is compared in: NFKC, lower case, ASCII digits, single spaces, nothing invisible.
 * Gives its first `limit` characters only, so that a message of any length costs little more than a short one; a result
 * of that length has been cut.
 */
export function plainText(text: string, limit = LOOKED_AT): string {
  const seen = text
    .replace(NOTHING_SEEN, (run) => (/[\t-\r\x85]/.test(run) ? ' ' : ''))
    .replace(/\s+/g, ' ')
    .slice(0, limit * 4)
    .normalize('NFKC');
  return foldDigits(seen.toLowerCase()).replace(/\s+/g, ' ').trim().slice(0, limit);
}

/** Splits plain text into its words and numbers. */
export function wordsOf(plain: string): readonly string[] {
  return plain.match(WORD) ?? [];
}

/** Removes signs around a plain text: "2.", "(2)" and "#2" become "2". */
export function withoutEdges(plain: string): string {
  return plain.replace(EDGES, '');
}
