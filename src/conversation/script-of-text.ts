import { foldWord } from './fold-word.ts';
import { type LexiconFile, plainWords } from './lexicon.ts';
import { plainText } from './plain-text.ts';

/** Lists the ways of writing that can be told apart. */
export const WRITINGS = ['hi', 'hi-Latn', 'en'] as const;
export type Writing = (typeof WRITINGS)[number];

/** One word of a language may be a loan ("order", "deal"); two that only it has tell it. */
const TELLING_WORDS = 2;
const DEVANAGARI = /\p{Script=Devanagari}/gu;
const LATIN = /\p{Script=Latin}/gu;

function vocabulary({ commands, words }: LexiconFile): readonly string[] {
  return plainWords([...Object.values(words), ...Object.values(commands).flat()].join(' ').toLowerCase());
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/**
 * Makes a reader that says which language and script a text is written in, null when it cannot tell (a number, an emoji,
 * one word, a loan word): the chat then stays as it is. Ask it about free texts only; a command in another language is
 * no wish to change.
 */
export function createWritingReader(files: { readonly [writing in 'en' | 'hi-Latn']: LexiconFile }) {
  const english = new Set(vocabulary(files.en));
  const written = new Set(vocabulary(files['hi-Latn']));
  const hinglish = new Set([...written].map(foldWord));
  return (text: string): Writing | null => {
    const plain = plainText(text);
    const devanagari = count(plain, DEVANAGARI);
    const latin = count(plain, LATIN);
    if (devanagari >= 2 && devanagari >= latin) return 'hi';
    const words = plainWords(plain);
    const onlyEnglish = words.filter((word) => english.has(word) && !written.has(word)).length;
    const onlyHinglish = words.filter((word) => !english.has(word) && hinglish.has(foldWord(word))).length;
    if (onlyHinglish >= TELLING_WORDS && onlyHinglish * 2 >= onlyEnglish) return 'hi-Latn';
    return onlyEnglish >= TELLING_WORDS && onlyEnglish > onlyHinglish ? 'en' : null;
  };
}
