import { describe, expect, it } from 'vitest';
import type { Sentence } from '#conversation/flow';
import { type Reader, renderReplies, renderSentence } from '#conversation/render';

const COPY: { readonly [language: string]: { readonly [key: string]: string } } = {
  en: {
    missing: '{count, plural, =0 {the team is full} one {# seat left} other {# seats left}}',
    price: '{name}: {price}',
    until: 'until {when}',
    'time.today': 'today at {time}',
    'time.tomorrow': 'tomorrow at {time}',
    'time.yesterday': 'yesterday at {time}',
    'time.on-day': '{day} at {time}',
    outer: 'First: {inner}.',
    yes: 'Yes',
    no: 'No',
  },
  hi: {
    missing: '{count, plural, one {# सीट बाकी} other {# सीटें बाकी}}',
    price: '{name}: {price}',
    'time.today': 'आज {time} बजे',
    until: '{when} तक',
  },
  'hi-Latn': { price: '{name}: {price}', 'time.on-day': '{day} ko {time} baje', until: '{when} tak' },
};
const catalogue = (language: string, key: string) => COPY[language]?.[key];
const reader: Reader = { language: 'en', timeZone: 'Asia/Kolkata', now: new Date('2026-03-01T10:00:00Z') };
const say = (sentence: Sentence, rest: Partial<Reader> = {}) =>
  renderSentence(sentence, { ...reader, ...rest }, catalogue);
const plain = (text: string) => text.replace(/\s/g, ' ').replace(/[\u202F\u00A0]/g, ' ');

describe('a sentence', () => {
  it('counts in the plural of its language', () => {
    expect([0, 1, 2].map((count) => say({ copy: 'missing', params: { count } }))).toEqual([
      'the team is full',
      '1 seat left',
      '2 seats left',
    ]);
    expect(say({ copy: 'missing', params: { count: 1 } }, { language: 'hi' })).toBe('1 सीट बाकी');
  });

  it('writes money without empty minor units and groups it as the country does', () => {
    const price = (money: number, currency: string, language = 'en') =>
      plain(say({ copy: 'price', params: { name: 'x', price: { money, currency } } }, { language })).slice(3);
    expect([9900, 9950, 12_345_600].map((money) => price(money, 'INR'))).toEqual(['₹99', '₹99.50', '₹1,23,456']);
    expect(price(12_345_600, 'INR', 'hi')).toBe('₹1,23,456');
    expect(price(9900, 'INR', 'hi-Latn')).toBe('₹99');
    expect(price(255, 'GBP')).toBe('£2.55');
    expect(price(500, 'JPY')).toMatch(/^(JP)?¥500$/);
  });

  it('tells a time by the day of the reader', () => {
    const until = (time: string, rest: Partial<Reader> = {}) =>
      plain(say({ copy: 'until', params: { when: { time } } }, rest));
    expect(until('2026-03-01T13:10:00Z')).toBe('until today at 6:40 pm');
    expect(until('2026-03-01T18:40:00Z')).toBe('until tomorrow at 12:10 am');
    expect(until('2026-02-28T13:10:00Z')).toBe('until yesterday at 6:40 pm');
    expect(until('2026-03-05T13:10:00Z')).toMatch(/^until Thu,? 5 Mar at 6:40 pm$/);
    expect(until('2026-03-01T18:40:00Z', { timeZone: 'UTC' })).toBe('until today at 6:40 pm');
    expect(until('2026-03-01T13:10:00Z', { language: 'hi' })).toMatch(/^आज .*6:40.* बजे तक$/);
    expect(until('2026-03-05T13:10:00Z', { language: 'hi-Latn' })).not.toMatch(/[\u0900-\u097f]/);
  });

  it('picks the name of its language, then English', () => {
    const name = (names: { [language: string]: string }, language: string) =>
      say({ copy: 'price', params: { name: { names }, price: 1 } }, { language });
    expect(name({ en: 'Oil', hi: 'तेल' }, 'hi')).toBe('तेल: 1');
    expect(name({ en: 'Oil', hi: 'तेल' }, 'hi-Latn')).toBe('Oil: 1');
    expect(name({ fr: 'Huile' }, 'en')).toBe('Huile: 1');
  });

  it('holds sentences and never reads a value as a pattern', () => {
    const inner = { copy: 'missing', params: { count: 1 } };
    expect(say({ copy: 'outer', params: { inner } })).toBe('First: 1 seat left.');
    expect(say({ copy: 'outer', params: { inner: "{count} <b> '" } })).toBe("First: {count} <b> '.");
  });

  it('throws when its key or a value is missing', () => {
    expect(() => say({ copy: 'nothing' })).toThrow(/No sentence "nothing" in en/);
    expect(() => say({ copy: 'until' })).toThrow();
    expect(() => say({ copy: 'yes' }, { language: 'hi' })).toThrow(/hi/);
  });
});

describe('the replies of a turn', () => {
  it('become one message with the texts in order, the first image and the last menu', () => {
    const options = [
      { id: 'y', label: { copy: 'yes' } },
      { id: 'n', label: { copy: 'no' } },
    ];
    const rendered = renderReplies(
      [
        { copy: 'missing', params: { count: 2 }, image: { url: '/a.jpg' }, options: options.slice(0, 1) },
        { copy: 'outer', params: { inner: 'x' }, image: { url: '/b.jpg' }, options, orderId: 'o1' },
      ],
      reader,
      catalogue,
    );
    expect(rendered).toEqual({
      text: '2 seats left\n\nFirst: x.\n\n1 Yes\n2 No',
      options: [
        { id: 'y', label: 'Yes', number: '1' },
        { id: 'n', label: 'No', number: '2' },
      ],
      image: { url: '/a.jpg', alt: '2 seats left' },
      orderId: 'o1',
    });
  });
});
