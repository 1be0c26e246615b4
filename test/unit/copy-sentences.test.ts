import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { CONVERSATION_COPY_KEYS } from '#conversation/engine-copy';
import { LANGUAGES } from '#models/customer';
import en from '../../flows/copy/en.json' with { type: 'json' };
import hi from '../../flows/copy/hi.json' with { type: 'json' };
import hiLatn from '../../flows/copy/hi-Latn.json' with { type: 'json' };

type Copy = { readonly [key: string]: string };

const COPIES: { readonly [language in (typeof LANGUAGES)[number]]: Copy } = { en, hi, 'hi-Latn': hiLatn };
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOST_CHARACTERS = 600;
/** Stands where a test fills in a value; long enough to be a name. */
const SAMPLE = 'Basmati rice 5 kg';

const keysOf = (copy: Copy) => Object.keys(copy).sort();

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** Collects the names of the values a sentence takes, inside plurals too. */
function placeholders(elements: readonly Element[]): readonly string[] {
  return elements.flatMap((element) => {
    const own = 'value' in element && typeof element.value === 'string' && element.type !== 0 ? [element.value] : [];
    const inner =
      'options' in element ? Object.values(element.options).flatMap((option) => placeholders(option.value)) : [];
    return [...own, ...inner];
  });
}

const valuesOf = (text: string, language: string) =>
  [...new Set(placeholders(new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst()))].sort();

function sources(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'copy' || entry.name === 'lexicon' ? [] : sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

const code = ['flows', 'src/domain', 'src/bot', 'src/worker', 'src/conversation']
  .flatMap(sources)
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

const NAME = /^[a-z][a-zA-Z-]*\.[a-zA-Z=-]+$/;

/** Finds the keys the code says: those after `copy`, and in the flows everything that looks like one. */
const said = code.flatMap(({ path, text }) => {
  const pattern = path.startsWith('flows') ? /'([^'\n]+)'/g : /\bcopy\b[^\n]*?'([^'\n]+\.[^'\n]+)'/gi;
  return [...text.matchAll(pattern)].map((match) => ({ path, key: match[1] ?? '' }));
});

describe('the sentences', () => {
  test('exist in every language', () => {
    for (const language of LANGUAGES) expect(keysOf(COPIES[language]), language).toEqual(keysOf(en));
  });

  test('take the same values in every language', () => {
    for (const key of keysOf(en)) {
      for (const language of LANGUAGES)
        expect(valuesOf(COPIES[language][key] ?? '', language), `${key} in ${language}`).toEqual(
          valuesOf((en as Copy)[key] ?? '', 'en'),
        );
    }
  });

  test('are short enough for a small screen', () => {
    for (const language of LANGUAGES) {
      for (const [key, text] of Object.entries(COPIES[language])) {
        const format = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
        const values = Object.fromEntries(
          valuesOf(text, language).map((name) => [name, /plural/.test(text) ? 2 : SAMPLE]),
        );
        const length = [...String(format.format(values))].length;
        expect(length, `${key} in ${language}`).toBeLessThanOrEqual(MOST_CHARACTERS);
      }
    }
  });

  test('are all there for what the code says', () => {
    const missing = said.filter(
      ({ key }) => NAME.test(key) && !key.endsWith('.ts') && !key.endsWith('.json') && !Object.hasOwn(en, key),
    );
    expect(missing).toEqual([]);
    expect(CONVERSATION_COPY_KEYS.filter((key) => !Object.hasOwn(en, key))).toEqual([]);
  });

  test('are all used', () => {
    const whole = code.map(({ text }) => text).join('\n');
    const families = [...whole.matchAll(/`([a-z][a-z-]*\.[a-z-]*)\$\{/g)].map((match) => match[1] ?? '');
    const engine = new Set(CONVERSATION_COPY_KEYS);
    const unused = keysOf(en).filter(
      (key) =>
        !engine.has(key) &&
        !whole.includes(`'${key}'`) &&
        !families.some((family) => family !== '' && key.startsWith(family)),
    );
    expect(unused).toEqual([]);
  });

  test('are written in the script of their language', () => {
    const latinOnly = keysOf(hi).filter((key) => !/\p{Script=Devanagari}/u.test((hi as Copy)[key] ?? ''));
    const letters = latinOnly.filter((key) =>
      /\p{Script=Latin}{2}/u.test(((hi as Copy)[key] ?? '').replace(/\{[^}]*\}/g, '')),
    );
    expect(letters.filter((key) => !key.startsWith('language.') && key !== 'method.upi')).toEqual([]);
    const devanagari = keysOf(hiLatn).filter((key) => /\p{Script=Devanagari}/u.test((hiLatn as Copy)[key] ?? ''));
    expect(devanagari.filter((key) => !key.endsWith('language') && !key.startsWith('language.'))).toEqual([]);
  });
});
