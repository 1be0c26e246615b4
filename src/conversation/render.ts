import { IntlMessageFormat } from 'intl-messageformat';
import type { CopyValue, Reply, Sentence } from './flow.ts';
import { money, names, whenInWords } from './local-words.ts';

/** Finds the ICU text of a copy key in a language; undefined when there is none. */
export type Catalogue = (language: string, key: string) => string | undefined;

/** Describes who reads a message: the language, the zone its times are told in, and the business time now. */
export interface Reader {
  readonly language: string;
  readonly timeZone: string;
  readonly now: Date;
}

/** Describes rendered replies, ready for the outbox. `number` is what a shopper types where nothing can be tapped. */
export interface Rendered {
  readonly text: string;
  readonly options: readonly { readonly id: string; readonly label: string; readonly number: string }[];
  readonly image?: { readonly url: string; readonly alt: string };
  readonly orderId?: string;
}

/** Bounds the cache, for a catalogue that is edited while the bot runs. */
const MOST_FORMATS = 5_000;
const formats = new Map<string, IntlMessageFormat>();

function formatOf(language: string, text: string): IntlMessageFormat {
  const key = `${language}\n${text}`;
  const known = formats.get(key);
  if (known) return known;
  if (formats.size >= MOST_FORMATS) formats.clear();
  const made = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
  formats.set(key, made);
  return made;
}

function valueInWords(value: CopyValue, reader: Reader, catalogue: Catalogue): string | number {
  if (typeof value !== 'object') return value;
  if ('money' in value) return money(value.money, value.currency, reader.language);
  if ('names' in value) return names(value.names, reader.language);
  if ('time' in value)
    return whenInWords(value.time, reader, (sentence) => renderSentence(sentence, reader, catalogue));
  return renderSentence(value, reader, catalogue);
}

/** Renders a sentence in the reader's language. Throws when the key, or a value its text needs, is missing. */
export function renderSentence({ copy, params = {} }: Sentence, reader: Reader, catalogue: Catalogue): string {
  const text = catalogue(reader.language, copy);
  if (text === undefined) throw new Error(`No sentence "${copy}" in ${reader.language}; add it to that copy file.`);
  const values = Object.entries(params).map(([name, value]) => [name, valueInWords(value, reader, catalogue)] as const);
  return String(formatOf(reader.language, text).format(Object.fromEntries(values)));
}

/** Joins the replies of a turn to one message: the texts in order, the first image, the last menu as numbered lines. */
export function renderReplies(replies: readonly Reply[], reader: Reader, catalogue: Catalogue): Rendered {
  const texts = replies.map((reply) => renderSentence(reply, reader, catalogue));
  const menu = replies.findLast((reply) => reply.options)?.options ?? [];
  const options = menu.map(({ id, label }, index) => {
    return { id, label: renderSentence(label, reader, catalogue), number: String(index + 1) };
  });
  const lines = options.map(({ number, label }) => `${number} ${label}`).join('\n');
  const text = [...texts, lines].filter((part) => part !== '').join('\n\n');
  const pictured = replies.findIndex(({ image }) => image);
  const url = replies[pictured]?.image?.url;
  const orderId = replies.findLast((reply) => reply.orderId)?.orderId;
  return {
    text,
    options,
    ...(url === undefined ? {} : { image: { url, alt: texts[pictured]?.split('\n')[0] ?? '' } }),
    ...(orderId === undefined ? {} : { orderId }),
  };
}
