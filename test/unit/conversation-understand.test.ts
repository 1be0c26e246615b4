import { describe, expect, it } from 'vitest';
import { CONVERSATION_COPY_KEYS, OFFERED_INTENTS } from '#conversation/engine-copy';
import { GLOBAL_WORDS, INTENTS, type Intent } from '#conversation/intents';
import { createWritingReader } from '#conversation/script-of-text';
import { createUnderstanding } from '#conversation/understand';
import { catalogue } from '#flows/catalogue';
import { lexicons } from '#flows/lexicons';

const { exact, guess } = createUnderstanding(lexicons);

const acted = (text: string): Intent | null => {
  const guessed = guess(text);
  return exact(text) ?? (guessed.kind === 'confident' ? guessed.intent : null);
};

describe('whole messages', () => {
  it('are known for every global word in every language', () => {
    for (const { commands } of Object.values(lexicons)) {
      for (const intent of GLOBAL_WORDS) {
        for (const phrase of commands[intent]) expect([phrase, exact(phrase)]).toEqual([phrase, intent]);
      }
    }
  });

  it('are known for every word that the help promises in its language', () => {
    for (const language of Object.keys(lexicons)) {
      const [, words = ''] = (catalogue(language, 'help.words') ?? '').split(':');
      const promised = words.replace(/[.।]\s*$/, '').split(',');
      expect(promised.length).toBeGreaterThan(8);
      for (const word of promised)
        expect([word, GLOBAL_WORDS.some((intent) => intent === exact(word))]).toEqual([word, true]);
    }
  });

  it('are known however they are spelt, capitalised, dressed or polite', () => {
    for (const text of [
      'STOP',
      'stop.',
      '  Stop! ',
      'ｓｔｏｐ',
      'st\u200bop',
      'please stop',
      'band karo bhai',
      'bandd karo',
      'बन्द करो',
    ]) {
      expect([text, exact(text)]).toEqual([text, 'stop']);
    }
    expect(['haan', 'HAA', 'haan ji', 'ji', 'हाँ', '👍', 'theek hai'].map(exact)).toEqual(Array(7).fill('yes'));
  });

  it('of nothing but courtesies are read by the only one that means something', () => {
    expect(['na bhai', 'ok ji', 'ji na', 'bhai please', 'please'].map(exact)).toEqual(['no', 'yes', null, null, null]);
  });

  it('are never part of a longer one', () => {
    for (const text of ['do not stop', 'stop the bus', 'menu card', 'haan lekin kal', `stop${' '.repeat(60_000)}no`]) {
      expect([text.slice(0, 20), exact(text)]).toEqual([text.slice(0, 20), null]);
    }
  });

  it('have one meaning only', () => {
    const twice = { polite: '', commands: { stop: ['halt'], start: ['halt'] }, words: {} };
    expect(() => createUnderstanding({ en: twice })).toThrow(/"halt" means both stop and start/);
    const unknown = { polite: '', commands: { fly: ['fly'] }, words: {} };
    expect(() => createUnderstanding({ en: unknown })).toThrow(/"fly", which is no intent/);
  });
});

describe('free texts', () => {
  it('act only when every telling word is explained', () => {
    expect(acted('where is my order')).toBe('my-orders');
    expect(acted('where is my train')).toBeNull();
    expect(acted('meri team kab khelegi')).toBeNull();
    expect(guess('').kind).toBe('none');
  });

  it('never pass over a "no"', () => {
    expect(acted('payment nahi kiya')).not.toBe('payment-done');
    expect(acted('do not delete my data')).not.toBe('delete-data');
    expect(acted('team nahi banana')).not.toBe('join-team');
  });

  it('correct one slip in a longer word, and words without vowels', () => {
    expect([acted('mera refnud kahan hai'), acted('rfnd kb milega')]).toEqual(['why-pending', 'why-pending']);
  });

  it('know the words of the goods on sale', () => {
    const { guess: knowing } = createUnderstanding(lexicons, ['Quinoa 1 kg', 'किनोआ']);
    expect(guess('quinoa hai kya')).toEqual({ kind: 'none' });
    expect(knowing('quinoa hai kya')).toMatchObject({ kind: 'confident', intent: 'search' });
  });

  it('never stand for a yes or a no', () => {
    const words = Object.values(lexicons).flatMap(({ commands }) => [...commands.yes, ...commands.no]);
    for (const word of words) expect(guess(word)).not.toMatchObject({ intent: expect.stringMatching(/^(yes|no)$/) });
  });

  it('of any length and content are read without harm', () => {
    const nasty = [
      'a'.repeat(65_000),
      'ﷺ'.repeat(65_000),
      '\u0301'.repeat(65_000),
      '1 '.repeat(32_000),
      'na '.repeat(20_000),
      '__proto__ constructor toString',
      '\ud800',
    ];
    for (const text of nasty) expect([exact(text), guess(text).kind]).toEqual([null, 'none']);
  });
});

describe('the writing of a text', () => {
  const writing = createWritingReader(lexicons);
  it('is told from its script and from words that only one language has', () => {
    expect(writing('मेरा ऑर्डर कहाँ है')).toBe('hi');
    expect(writing('mera saman kab tak aayega')).toBe('hi-Latn');
    expect(writing('when will my parcel come')).toBe('en');
  });
  it('is left open by numbers, emoji, loan words and codes', () => {
    expect(['2', '२', '👍', 'order', 'deal', 'JOIN K7M2P', ''].map(writing)).toEqual(Array(7).fill(null));
  });
});

it('every intent that can be offered as a choice has a sentence of its own', () => {
  expect([...OFFERED_INTENTS, 'yes', 'no'].sort()).toEqual([...INTENTS].sort());
  expect(new Set(CONVERSATION_COPY_KEYS).size).toBe(CONVERSATION_COPY_KEYS.length);
});
