import { LANGUAGES, type Language } from '#models/customer';
import en from './copy/en.json' with { type: 'json' };
import hi from './copy/hi.json' with { type: 'json' };
import hiLatn from './copy/hi-Latn.json' with { type: 'json' };

type Copy = { readonly [key: string]: string };

const COPIES: { readonly [language in Language]: Copy } = { en, hi, 'hi-Latn': hiLatn };

/** Finds the ICU text of a sentence in a language; undefined when there is none. A test keeps the files complete. */
export function catalogue(language: string, key: string): string | undefined {
  const known = LANGUAGES.find((one) => one === language) ?? 'en';
  return Object.hasOwn(COPIES[known], key) ? COPIES[known][key] : undefined;
}
