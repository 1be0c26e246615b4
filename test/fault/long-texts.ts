import { writeSync } from 'node:fs';
import type { Heard } from '#conversation/flow';
import { freeText, pinCode, reference, wholeNumber, yesNo } from '#conversation/parse';
import { plainText, wordsOf } from '#conversation/plain-text';
import { createUnderstanding } from '#conversation/understand';
import { readPhone } from '#domain/addresses';
import { findBrokenCode, findCodes } from '#domain/codes';
import { readUpiReference } from '#domain/payment-upi';
import { lexicons } from '#flows/lexicons';
import { matching, wordOnSale } from '#flows/search-words';
import { maskAddress } from '#lib/identity';
import { scrub } from '#lib/logger';
import { readWriting } from '#main/engine';

/** Gives every reader of what people write texts of 64 KB that are hard on patterns; says which one it is at. */
const SIZE = 65_536;
const PIECES = [
  'a',
  ' ',
  '0',
  '1 ',
  '1-',
  '+',
  '+1',
  '٣',
  'JOIN ',
  'JOIN K7MPXQ',
  '\u200d',
  'क्',
  'e\u0301',
  '🙏',
  '.',
  '$',
  '\n',
  ',1',
  'a1',
  '₹',
];
const texts = PIECES.flatMap((piece) => {
  const long = piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
  return [long, `${long}!`, `\u0000${long}x`];
});

const understanding = createUnderstanding(lexicons, ['tea']);
const heard = (text: string): Heard =>
  ({ kind: 'text', text, exact: null, language: 'en', say: () => 'yes' }) as unknown as Heard;
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  exact: (text) => understanding.exact(text),
  guess: (text) => understanding.guess(text),
  readWriting,
  plainText: (text) => wordsOf(plainText(text, SIZE)),
  findCodes,
  findBrokenCode,
  readUpiReference,
  readPhone: (text) => readPhone(text),
  wholeNumber: (text) => wholeNumber(1, 9)(heard(text), []),
  freeText: (text) => freeText(200)(heard(text), []),
  pinCode: (text) => pinCode('IN')(heard(text), []),
  reference: (text) => reference(6, 30)(heard(text), []),
  yesNo: (text) => yesNo()(heard(text), []),
  matching: (text) => matching([], text),
  wordOnSale: (text) => wordOnSale([], text),
  scrub,
  maskAddress,
};

for (const [name, read] of Object.entries(readers))
  for (const [index, text] of texts.entries()) {
    writeSync(1, `${name} at text ${index}\n`);
    read(text);
  }
writeSync(1, 'all read\n');
process.exit(0);
