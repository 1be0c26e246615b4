/** Lists the words that work at every step, whatever it asks, when they are the whole message. */
export const GLOBAL_WORDS = [
  'menu',
  'back',
  'cancel',
  'help',
  'human',
  'language',
  'stop',
  'start',
  'my-orders',
  'my-team',
  'my-money',
  'invite',
] as const;

/** Lists what a person can want, apart from answering the question on the screen. */
export const INTENTS = [
  ...GLOBAL_WORDS,
  'browse',
  'search',
  'join-team',
  'profile',
  'why-pending',
  'payment-done',
  'export-data',
  'delete-data',
  'yes',
  'no',
] as const;
export type Intent = (typeof INTENTS)[number];

const GLOBAL: ReadonlySet<Intent> = new Set(GLOBAL_WORDS);

/** Says whether an intent's words win over the question on the screen. */
export function isGlobalWord(intent: Intent): boolean {
  return GLOBAL.has(intent);
}

/** Says what a free text is taken for. Only `confident` may act; `unsure` is worth a question; `none` is neither. */
export type Guess =
  | { readonly kind: 'confident'; readonly intent: Intent; readonly score: number }
  | { readonly kind: 'unsure'; readonly intents: readonly Intent[] }
  | { readonly kind: 'none' };

/** Understands text. `exact` knows whole messages word for word in any language; `guess` compares. */
export interface Understanding {
  exact(text: string): Intent | null;
  guess(text: string): Guess;
}
