const LATIN = /^[\p{Script=Latin}\p{M}\d]+$/u;

/** Lists spellings that mean one sound, in the order they are folded. Hinglish has no norm: raha, rhaa and rahaa are one word. */
const LATIN_FOLDS: readonly (readonly [RegExp, string])[] = [
  [/ee|ea|ii/g, 'i'],
  [/oo|ou/g, 'u'],
  [/(.)\1+/g, '$1'],
  [/ai|ay|ei|ey/g, 'e'],
  [/iy|yi/g, 'i'],
  [/w/g, 'v'],
  [/z/g, 'j'],
  [/ph/g, 'f'],
  [/ck|q/g, 'k'],
  [/x/g, 'ks'],
  [/c(?=[eiy])/g, 's'],
  [/c(?!h)/g, 'k'],
  [/chh/g, 'ch'],
  [/y$/, 'i'],
  [/(?<=.[aeiou].?[aeiou])n$/, ''],
  [/(?<=..)(?<![cs])h$/, ''],
];

/** Lists signs of Devanagari that people leave out or mix up: nukta, chandrabindu, half nasals, long vowels. */
const DEVANAGARI_FOLDS: readonly (readonly [RegExp, string])[] = [
  [/\u093C/g, ''],
  [/[\u0901\u0902]|[\u0919\u091E\u0923\u0928\u092E]\u094D(?=.)/g, '\u0902'],
  [/\u0940/g, '\u093F'],
  [/\u0942/g, '\u0941'],
  [/\u0908/g, '\u0907'],
  [/\u090A/g, '\u0909'],
  [/\u0902$/, ''],
];

/** Brings the spellings of one word to one form. Words are plain text (`plainText`) without spaces. */
export function foldWord(word: string): string {
  const folds = LATIN.test(word) ? LATIN_FOLDS : DEVANAGARI_FOLDS;
  return folds.reduce((folded, [pattern, by]) => folded.replace(pattern, by), word);
}

/** Says whether two words differ by one letter: put in, left out, swapped with its neighbour, or (from 5 letters) another. */
export function isOneSlipApart(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return short.length >= 5;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}
