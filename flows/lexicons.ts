import type { LexiconFile } from '#conversation/lexicon';
import en from './lexicon/en.json' with { type: 'json' };
import hi from './lexicon/hi.json' with { type: 'json' };
import hiLatn from './lexicon/hi-Latn.json' with { type: 'json' };

/** Holds the words people use, by language. All of them count in every chat. */
export const lexicons = { en, hi, 'hi-Latn': hiLatn } satisfies { readonly [language: string]: LexiconFile };
