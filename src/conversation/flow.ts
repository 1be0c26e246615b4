/** Holds whatever survives a trip through JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * Describes a value inside a sentence, rendered late, in the reader's language:
 * money in minor units, an instant, a name per language, or a nested sentence.
 */
export type CopyValue =
  | string
  | number
  | { readonly money: number; readonly currency: string }
  | { readonly time: string }
  | { readonly names: { readonly [language: string]: string } }
  | { readonly copy: string; readonly params?: CopyParams };
export type CopyParams = { readonly [name: string]: CopyValue };

/** Names a sentence of the copy files with what goes into it. Never holds the sentence itself. */
export interface Sentence {
  readonly copy: string;
  readonly params?: CopyParams;
}

/**
 * Describes one choice of a menu. `stamp` is what the choice looked like when it was shown (price, seats, state);
 * a flow compares it with today's before it acts.
 */
export interface Option {
  readonly id: string;
  readonly label: Sentence;
  readonly stamp?: string;
}

/** Describes one thing to say. The replies of a turn leave as one message: texts in order, first image, last options. */
export interface Reply extends Sentence {
  readonly image?: { readonly url: string };
  readonly options?: readonly Option[];
  readonly orderId?: string;
}

/** Describes a question: what to say, and the menu its answer belongs to. */
export interface Prompt {
  readonly replies: readonly Reply[];
  readonly options?: readonly Option[];
}

/** Describes what a person sent, as the engine sees it. */
export interface Input {
  readonly kind: 'text' | 'option' | 'media';
  readonly text: string;
  readonly option?: string;
  /** The media kind when `kind` is 'media': image, voice, location … */
  readonly media?: string;
}

/** Says whether an answer was understood. `bad` names the hint to give. */
export type Parsed<A> = { readonly kind: 'ok'; readonly value: A } | { readonly kind: 'bad'; readonly hint: Sentence };

/** Says where a conversation goes after an answer. */
export type Next<D extends JsonObject = JsonObject> =
  | { readonly kind: 'goto'; readonly step: string; readonly data: D; readonly replies?: readonly Reply[] }
  | { readonly kind: 'flow'; readonly flow: string; readonly data?: JsonObject; readonly replies?: readonly Reply[] }
  | { readonly kind: 'end'; readonly replies: readonly Reply[] };

/** Describes one step: ask, parse, then. `ask` may end early by returning a `Next` (nothing to choose from). */
export interface Step<D extends JsonObject, C, A = unknown> {
  /** True where 0 and 9 mean back and a person; false where they may be part of an answer. */
  readonly choice: boolean;
  ask(data: D, context: C): Promise<Prompt | Next<D>>;
  parse(input: Input, shown: readonly Option[], data: D, context: C): Parsed<A> | Promise<Parsed<A>>;
  then(data: D, answer: A, context: C): Promise<Next<D>>;
}

/** Describes a conversation: explicit named steps over JSON data. `version` rises when steps or data change. */
export interface Flow<C, D extends JsonObject = JsonObject> {
  readonly name: string;
  readonly version: number;
  readonly start: string;
  readonly steps: { readonly [step: string]: Step<D, C> };
}

/** Describes where a chat stands. This is what a session stores; everything in it is JSON. */
export interface Position {
  readonly flow: string;
  readonly version: number;
  readonly step: string;
  readonly data: JsonObject;
  /** The menu on the screen and when it was shown (ISO instant), if any. */
  readonly options: readonly Option[];
  readonly askedAt: string;
  readonly strikes: number;
}

/** Says what a turn came to. Nothing of a `failed` turn is kept. */
export type TurnOutcome =
  | { readonly kind: 'handled' | 'complete'; readonly position: Position | null; readonly replies: readonly Reply[] }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: unknown };
