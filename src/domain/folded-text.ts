const UNSEEN = /[\p{Cf}\p{Cc}\p{M}]/gu;
const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/gu;

/** Letters of other scripts that look like ours on a phone, written as ours. */
const LOOK_ALIKES: { readonly [letter: string]: string } = {
  ...{ А: 'A', В: 'B', С: 'C', Е: 'E', Н: 'H', К: 'K', М: 'M', Р: 'P', Т: 'T', Х: 'X', У: 'Y', Ѕ: 'S', Ј: 'J' },
  ...{ Α: 'A', Β: 'B', Ε: 'E', Η: 'H', Κ: 'K', Μ: 'M', Ν: 'N', Ρ: 'P', Τ: 'T', Χ: 'X', Υ: 'Y', Ζ: 'Z' },
};
const LOOK_ALIKE = new RegExp(`[${Object.keys(LOOK_ALIKES).join('')}]`, 'gu');

const values = new Map<string, string>();

/** Invariant of Unicode: decimal digits come in unbroken runs of ten that begin with zero. */
function digitValue(digit: string): string {
  const known = values.get(digit);
  if (known !== undefined) return known;
  const point = digit.codePointAt(0) ?? 0;
  let distance = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(point - distance - 1))) distance++;
  values.set(digit, String(distance % 10));
  return String(distance % 10);
}

/** Brings a text to capital letters and ASCII digits of normal width, without marks or anything invisible. Linear in its length. */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(UNSEEN, (sign) => (/[\t-\r\x85]/.test(sign) ? ' ' : ''))
    .replace(FOREIGN_DIGIT, digitValue)
    .toUpperCase()
    .replace(LOOK_ALIKE, (letter) => LOOK_ALIKES[letter] ?? letter);
}
