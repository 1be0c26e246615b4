import type { Engine } from '#conversation/engine';
import type { Input } from '#conversation/flow';
import type { Deps } from '#domain/deps';
import type { Rendered } from '#domain/outbox-sending';
import type { FlowContext } from '#flows/context';
import type { Reply } from '#lib/sentence';
import type { Language } from '#models/customer';
import type { InboxDoc } from '#models/inbox';
import type { Channel } from '#ports/channel';

/** Describes for whom a message is rendered. */
export interface Reader {
  readonly language: string;
  readonly zone: string;
  readonly now: Date;
}

/** Is everything the bot is made of, handed in by the place that starts it. */
export interface BotParts {
  readonly deps: Deps;
  readonly engine: Engine<FlowContext>;
  readonly channels: ReadonlyMap<string, Channel>;
  /** The name under which this process holds its leases. */
  readonly owner: string;
  /** True where the channels hear in this process; else another one stores what they hear, and the inbox is looked at often. */
  readonly hearsHere: boolean;
  /** How long (ms) to wait for more free text, by channel. */
  readonly quietMs: (channel: string) => number;
  /** Tells which language and script a text is written in; null when it cannot tell. */
  readonly readWriting: (text: string) => Language | null;
  render(replies: readonly Reply[], reader: Reader): Rendered;
}

/** Turns a stored message into what the engine reads. */
export function inputOf(row: InboxDoc, shown: string | undefined): Input {
  const quotesOther = row.replyTo !== undefined && shown !== undefined && row.replyTo !== shown;
  const base = { text: row.text, ...(quotesOther ? { quotesOther } : {}) };
  if (row.option !== undefined) return { ...base, kind: 'option', option: row.option };
  if (row.kind === 'text' || row.kind === 'option') return { ...base, kind: 'text' };
  return { ...base, kind: 'media', media: row.kind };
}
