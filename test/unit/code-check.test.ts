import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBrokenCode, findCodes, isCode, makeCode } from '#domain/codes';
import { CLEAR_ALPHABET, seededRandom } from '#lib/random';

const code = fc.integer({ min: 0, max: 2 ** 31 }).map((seed) => makeCode(seededRandom(seed)));
const DEVANAGARI = '०१२३४५६७८९';
const ARABIC = '٠١٢٣٤٥٦٧٨٩';
const inScript = (text: string, digits: string) => text.replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
const wide = (text: string) =>
  [...text].map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0)).join('');

describe('the check sign of a code', () => {
  it('notices every single changed sign', () => {
    fc.assert(
      fc.property(code, (made) => {
        for (let i = 0; i < made.length; i++)
          for (const sign of CLEAR_ALPHABET)
            if (sign !== made[i]) expect(isCode(made.slice(0, i) + sign + made.slice(i + 1))).toBe(false);
      }),
    );
  });

  it('notices every swap of two signs, next to each other or not', () => {
    fc.assert(
      fc.property(code, (made) => {
        for (let i = 0; i < made.length; i++)
          for (let j = i + 1; j < made.length; j++) {
            const swapped = [...made];
            [swapped[i], swapped[j]] = [made[j] ?? '', made[i] ?? ''];
            if (made[i] !== made[j]) expect(isCode(swapped.join(''))).toBe(false);
          }
      }),
    );
  });

  it('is missed by a code without weights, which this test would catch', () => {
    const plainSum = (text: string) => [...text].reduce((sum, sign) => sum + CLEAR_ALPHABET.indexOf(sign), 0) % 31;
    const made = 'K7MPXQ2';
    expect(plainSum('7KMPXQ2')).toBe(plainSum(made));
  });

  it('stands at the end of a mix of letters and digits without look-alikes', () => {
    fc.assert(
      fc.property(code, (made) => {
        expect(made).toMatch(/^[2-9A-HJKMNP-Z]{7}$/);
        expect(made).toMatch(/\d/);
        expect(made).toMatch(/[A-Z]/);
        expect(isCode(made)).toBe(true);
      }),
    );
  });
});

describe('a code in a text', () => {
  it('is found bare and after JOIN, in any case, width and digit script', () => {
    fc.assert(
      fc.property(code, (made) => {
        for (const text of [made, made.toLowerCase(), wide(made), inScript(made, DEVANAGARI), inScript(made, ARABIC)]) {
          expect(findCodes(text)).toEqual([made]);
          expect(findCodes(`JOIN ${text}`)).toEqual([made]);
          expect(findCodes(`दोस्त, जुड़ो ${text}!`)).toEqual([made]);
        }
      }),
    );
  });

  it('is found with decoration: bold, emoji digits, invisible signs, letters of other scripts', () => {
    expect(findCodes(`*${known}*`)).toEqual([known]);
    expect(findCodes(known.replace(/\d/g, (digit) => `${digit}\uFE0F\u20E3`))).toEqual([known]);
    expect(findCodes([...known].join('\u200B'))).toEqual([known]);
    expect(findCodes(inCyrillic(known))).toEqual([known]);
  });

  it('is found in pieces after JOIN only', () => {
    const pieces = `${known.slice(0, 3)}-${known.slice(3, 5)} ${known.slice(5)}`;
    expect(findCodes(`join ${pieces}`)).toEqual([known]);
    expect(findCodes(pieces)).toEqual([]);
  });

  it('is found anywhere in a forwarded message of any length', () => {
    const long = 'यह ऑफर देखो bahut accha hai 999 rupaye '.repeat(1700).slice(0, 65_000);
    expect(findCodes(`${long} JOIN ${known}`)).toEqual([known]);
    expect(findCodes(`JOIN ${known} ${long}`)).toEqual([known]);
  });

  it('comes with the second one: a team and who shared it, in the order they stand', () => {
    const other = makeCode(seededRandom(99));
    expect(findCodes(`JOIN ${known} ${other}`)).toEqual([known, other]);
    expect(findCodes(`${known} ${known}`)).toEqual([known]);
  });

  it('is never an ordinary word, a phone number or a price', () => {
    const texts = ['welcome', 'samosas', 'PAYTM', '9876543', '+91 98765 43210', 'Rs 1,499', '2345678', 'join my team'];
    for (const text of texts) expect(findCodes(text)).toEqual([]);
  });

  it('is not seen in any of the labelled phrases', () => {
    const phrases = readFileSync(new URL('../phrases/phrases.tsv', import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const texts = phrases.map((line) => line.split('\t')[3] ?? '');
    expect(texts.length).toBeGreaterThan(400);
    const seen = texts.filter((text) => findCodes(text).length > 0);
    expect(seen).toEqual([]);
  });

  it('survives any text whatever', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => void findCodes(`JOIN ${text}`)));
  });
});

describe('a mistyped code', () => {
  it('is named when it stands after JOIN, and nothing is named when the code is right or none was meant', () => {
    const wrong = known.slice(0, 6) + (known.endsWith('2') ? '3' : '2');
    expect(findBrokenCode(`join ${wrong}`)).toBe(wrong);
    expect(findBrokenCode(`join ${known}`)).toBeNull();
    expect(findBrokenCode('join karna hai')).toBeNull();
  });
});

/** A code that has letters with twins in other scripts and a digit. */
const known = firstCode((made) => /[ABCEHKMPTXY]/.test(made) && /\d/.test(made.slice(0, 6)));

function firstCode(fits: (made: string) => boolean): string {
  for (let seed = 1; ; seed++) {
    const made = makeCode(seededRandom(seed));
    if (fits(made)) return made;
  }
}

function inCyrillic(text: string): string {
  const twins: { [letter: string]: string } = {
    A: 'А',
    B: 'В',
    C: 'С',
    E: 'Е',
    H: 'Н',
    K: 'К',
    M: 'М',
    P: 'Р',
    T: 'Т',
    X: 'Х',
  };
  return text.replace(/[A-Z]/g, (letter) => twins[letter] ?? letter);
}
