import { describe, expect, it } from 'vitest';
import type { Heard, Option, Parser } from '#conversation/flow';
import type { Intent } from '#conversation/intents';
import { choice, either, freeText, oneOf, picked, pinCode, reference, wholeNumber, yesNo } from '#conversation/parse';

const LABELS: { readonly [copy: string]: string } = {
  oil: 'Mustard oil 1 l · ₹99',
  rice: 'Basmati rice 5 kg · ₹399',
  brown: 'Brown rice 1 kg · ₹89',
  yes: 'Yes, pay ₹99',
  no: 'No',
};
const option = (id: string): Option => ({ id, label: { copy: id }, stamp: `${id}@9900` });
const menu = ['oil', 'rice', 'brown'].map(option);

function hear(text: string, rest: Partial<Heard> = {}): Heard {
  return { kind: 'text', text, language: 'en', exact: null, say: ({ copy }) => LABELS[copy] ?? copy, ...rest };
}

function read<A>(parser: Parser<A>, text: string, rest: Partial<Heard> = {}, shown: readonly Option[] = menu) {
  const parsed = parser(hear(text, rest), shown);
  return parsed.kind === 'ok' ? parsed.value : null;
}

describe('a choice', () => {
  it('is read by number in any script, with signs around it', () => {
    const twos = [
      '2',
      '२',
      '٢',
      '２',
      '②',
      '2️⃣',
      '2.',
      '(2)',
      '#2',
      ' 2 \u200b',
      '\u200f2',
      'option 2',
      '৭'.replace('৭', '২'),
    ];
    expect(twos.map((text) => read(choice(), text))).toEqual(twos.map(() => 'rice'));
  });

  it('is read by number words of the chat language only', () => {
    const languages = ['en', 'hi', 'hi-Latn', 'pt-BR', 'id', 'sw'];
    const readIn = (word: string) => languages.filter((language) => read(choice(), word, { language }) === 'rice');
    expect(readIn('two')).toEqual(['en']);
    expect(readIn('do')).toEqual(['hi', 'hi-Latn']);
    expect(readIn('दो')).toEqual(['hi', 'hi-Latn']);
    expect(readIn('dusra wala')).toEqual(['hi', 'hi-Latn']);
    expect(readIn('dois')).toEqual(['pt-BR']);
    expect(readIn('dua')).toEqual(['id']);
    expect(readIn('mbili')).toEqual(['sw']);
  });

  it('is read by words that only one label has', () => {
    expect(read(choice(), 'mustard oil')).toBe('oil');
    expect(read(choice(), 'BROWN')).toBe('brown');
    expect(read(choice(), 'basmatee')).toBe('rice');
    expect(read(choice(), 'हिंदी', { say: ({ copy }) => (copy === 'oil' ? 'हिन्दी (Hindi)' : 'English') })).toBe('oil');
    expect(read(choice(), 'basmati rice 5 kg ₹399')).toBe('rice');
    expect(['rice', 'oil rice', 'not oil', 'kg', '99', 'l', ''].map((text) => read(choice(), text))).toEqual(
      Array(7).fill(null),
    );
  });

  it('is never a guess', () => {
    const unclear = [
      '0',
      '4',
      '12',
      '1 2',
      '1,2',
      '1-2',
      '2.5',
      '1/2',
      '½',
      '-',
      '999999999999',
      '__proto__',
      'constructor',
    ];
    expect(unclear.map((text) => read(choice(), text))).toEqual(unclear.map(() => null));
  });

  it('is read by the id of the option tapped, if that is on the screen', () => {
    expect(read(choice(), '', { kind: 'option', option: 'rice' })).toBe('rice');
    expect(read(choice(), '1', { kind: 'option', option: 'gone' })).toBeNull();
    expect(read(picked(), '1')).toEqual(option('oil'));
    expect(read(oneOf<'oil' | 'salt'>(['oil', 'salt']), '2')).toBeNull();
  });
});

describe('a yes or no', () => {
  const shown = [option('yes'), option('no')];
  const exact = (intent: Intent) => ({ exact: intent });

  it('is read by words of any language, numbers and taps', () => {
    expect(read(yesNo(), 'haan', exact('yes'), shown)).toBe(true);
    expect(read(yesNo(), 'नहीं', exact('no'), shown)).toBe(false);
    expect(read(yesNo(), '1', {}, shown)).toBe(true);
    expect(read(yesNo(), '2', {}, shown)).toBe(false);
    expect(read(yesNo(), '', { kind: 'option', option: 'no' }, shown)).toBe(false);
    expect(read(choice(), 'haan', exact('yes'), shown)).toBe('yes');
  });

  it('is not found where a sentence has more to say', () => {
    for (const text of ['no pay', 'pay later', 'yes but no', 'maybe', 'yesno']) {
      expect(read(yesNo(), text, {}, shown)).toBeNull();
    }
  });
});

describe('a whole number', () => {
  it('is read with a unit or a courtesy beside it', () => {
    const texts = ['12', '१२', '12 packets', '12 chahiye', '12.', 'twelve'];
    expect(texts.map((text) => read(wholeNumber(1, 20), text))).toEqual(texts.map(() => 12));
    expect(read(wholeNumber(1, 200_000), '1,00,000')).toBe(100_000);
  });

  it('is refused when it is out of range, several, negative, a fraction or a measure', () => {
    for (const text of [
      '0',
      '21',
      '2 3',
      '2-3',
      '-2',
      '2.5',
      '2kg',
      'two three',
      'not 2',
      '1e1',
      '9'.repeat(30),
      'some',
    ]) {
      expect(read(wholeNumber(1, 20), text)).toBeNull();
    }
  });

  it('names its range in the hint', () => {
    expect(wholeNumber(1, 20)(hear('x'), [])).toEqual({
      kind: 'bad',
      hint: { copy: 'hint.whole-number', params: { min: 1, max: 20 } },
      example: { copy: 'example.whole-number', params: { min: 1, max: 20 } },
    });
  });
});

describe('a text', () => {
  it('is taken as written, on one line, without what cannot be seen', () => {
    expect(read(freeText(40), '  राम\u200b \n नगर\u0000, गली 3 ')).toBe('राम नगर, गली 3');
    expect(read(freeText(5), 'नमस्ते')).toBe(null);
    expect(read(freeText(10), 'a'.repeat(65_000))).toBeNull();
    expect(['', '  ', '\u200b', '...', '🙂'].map((text) => read(freeText(10), text))).toEqual(Array(5).fill(null));
  });

  it('survives JSON whatever it held', () => {
    const text = read(freeText(40), 'half \ud800 a pair $where __proto__');
    expect(JSON.parse(JSON.stringify(text))).toBe(text);
    expect(text).not.toMatch(/\p{Cs}/u);
  });
});

describe('a postal code', () => {
  it('follows the rule of its market and is found inside a text', () => {
    expect(['302001', '302 001', '३०२००१', 'pin 302001 jaipur'].map((text) => read(pinCode('IN'), text))).toEqual(
      Array(4).fill('302001'),
    );
    expect(['002001', '30200', '3020011', '302001 or 302002', ''].map((text) => read(pinCode('IN'), text))).toEqual(
      Array(5).fill(null),
    );
    expect(read(pinCode('BR'), '01310-100')).toBe('01310100');
    expect(read(pinCode('ID'), '40115')).toBe('40115');
    expect(read(pinCode('GB'), 'sw1a 1aa')).toBe('SW1A 1AA');
  });
});

describe('a reference', () => {
  it('is the only number of its length', () => {
    expect(read(reference(12, 12), 'UTR no. 4123 4567 8901 done')).toBe('412345678901');
    expect(read(reference(12, 12), '412345678901 412345678902')).toBeNull();
    expect(read(reference(12, 12), '41234567890')).toBeNull();
  });
});

it('either of two parsers reads an answer, and the second gives the hint', () => {
  const parser = either<string>(choice(), freeText(20));
  expect(read(parser, '1')).toBe('oil');
  expect(read(parser, 'near the temple')).toBe('near the temple');
  expect(parser(hear(''), menu)).toMatchObject({ hint: { copy: 'hint.text-empty' } });
});
