import type { Request } from 'express';
import { IntlMessageFormat } from 'intl-messageformat';
import en from './copy/en.json' with { type: 'json' };
import hi from './copy/hi.json' with { type: 'json' };

/** Lists the languages of the public pages. */
export const PAGE_LANGUAGES = ['en', 'hi'] as const;
export type PageLanguage = (typeof PAGE_LANGUAGES)[number];
export type PageWord = keyof typeof en;
export type Say = (word: PageWord, values?: Readonly<Record<string, string | number>>) => string;

const COPY: Readonly<Record<PageLanguage, Readonly<Record<PageWord, string>>>> = { en, hi };

/** Makes the function that says things in a language, with ICU plurals. */
export function wordsIn(language: PageLanguage): Say {
  const locale = language === 'hi' ? 'hi-IN' : 'en-IN';
  return (word, values = {}) => String(new IntlMessageFormat(COPY[language][word], locale).format(values));
}

/** Chooses the language of a page: what the address asks for, else what the browser prefers, else English. */
export function languageOf(req: Request): PageLanguage {
  const asked = req.query['lang'];
  const known = PAGE_LANGUAGES.find((language) => language === asked);
  if (known) return known;
  return req.acceptsLanguages(...PAGE_LANGUAGES) === 'hi' ? 'hi' : 'en';
}
