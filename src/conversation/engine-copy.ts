import { INTENTS } from './intents.ts';

/** Lists the kinds of media that get a kind answer of their own; every other kind is answered as `unknown`. */
export const MEDIA_KINDS = [
  'image',
  'voice',
  'video',
  'document',
  'sticker',
  'location',
  'contact',
  'unknown',
] as const;

/** Lists the sentences the engine itself says. */
const ENGINE_SENTENCES = [
  'menu.old',
  'engine.fresh-start',
  'engine.cancelled',
  'engine.example',
  'engine.offer-person',
  'engine.offer-person-words',
  'engine.did-you-mean',
  'engine.go-on',
  ...MEDIA_KINDS.map((kind) => `media.${kind}`),
];

/** Lists the sentences that tell an instant; all take {time}, `time.on-day` also {day}. */
const TIME_SENTENCES = ['time.today', 'time.tomorrow', 'time.yesterday', 'time.on-day'] as const;

/** Lists the hints the parsers give; each has an example under the same name (`example.…`) for the second miss. */
const HINT_NAMES = ['choose', 'whole-number', 'text-empty', 'text-long', 'yes-no', 'pin-code', 'reference'] as const;
export type HintName = (typeof HINT_NAMES)[number];

/** Lists the intents that can be offered as a choice ("did you mean …?"); their labels are `intent.<name>`. */
export const OFFERED_INTENTS = INTENTS.filter((intent) => intent !== 'yes' && intent !== 'no');

/** Lists every copy key that the engine and its parsers can say, for the test that every language has them all. */
export const CONVERSATION_COPY_KEYS: readonly string[] = [
  ...ENGINE_SENTENCES,
  ...TIME_SENTENCES,
  ...HINT_NAMES.flatMap((name) => [`hint.${name}`, `example.${name}`]),
  ...OFFERED_INTENTS.map((intent) => `intent.${intent}`),
];
