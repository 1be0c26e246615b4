import type { JsonObject, Option, Reply, Sentence } from '#lib/sentence';
import type { Intent } from './intents.ts';

export type { CopyParams, CopyValue, Json, JsonObject, Option, Reply, Sentence } from '#lib/sentence';

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
  /** True when the message quotes a menu other than the one on the screen; such a menu is old. */
  readonly quotesOther?: boolean;
}

/** Describes an input together with what a parser may know about it. The engine makes it; nothing of it is stored. */
export interface Heard extends Input {
  /** The chat's language; number words count in it alone. */
  readonly language: string;
  /** What the whole message says word for word in any language ('yes', 'haan', 'STOP'), if it is such a word. */
  readonly exact: Intent | null;
  /** Renders a sentence in the chat's language, so that an answer can be compared with the labels on the screen. */
  say(sentence: Sentence): string;
}

/** Says whether an answer was understood. `bad` names the hint to give, and the example for a second miss. */
export type Parsed<A> =
  | { readonly kind: 'ok'; readonly value: A }
  | { readonly kind: 'bad'; readonly hint: Sentence; readonly example?: Sentence };

/** Reads an answer. Made by the builders of `parse.ts`. */
export type Parser<A> = (heard: Heard, shown: readonly Option[]) => Parsed<A>;

/**
 * Says where a conversation goes after an answer. `stay` says something and asks the same question again.
 * `forget` marks a point of no return: "back" cannot go behind it.
 */
export type Next<D extends JsonObject = JsonObject> =
  | {
      readonly kind: 'goto';
      readonly step: string;
      readonly data: D;
      readonly replies?: readonly Reply[];
      readonly forget?: boolean;
    }
  | {
      readonly kind: 'flow';
      readonly flow: string;
      readonly data?: JsonObject;
      readonly replies?: readonly Reply[];
      readonly forget?: boolean;
    }
  | { readonly kind: 'stay'; readonly replies: readonly Reply[] }
  | { readonly kind: 'end'; readonly replies: readonly Reply[] };

/** Describes one step: ask, parse, then. `ask` may end early by returning a `Next` (nothing to choose from). */
export interface Step<D extends JsonObject, C, A = unknown> {
  /** True where 0 and 9 mean back and a person; false where they may be part of an answer. */
  readonly choice: boolean;
  ask(data: D, context: C): Promise<Prompt | Next<D>>;
  parse(heard: Heard, shown: readonly Option[], data: D, context: C): Parsed<A> | Promise<Parsed<A>>;
  then(data: D, answer: A, context: C): Promise<Next<D>>;
  /** Takes a picture, voice note or location that answers this step; null leaves it to the engine's kind answer. */
  media?(input: Input, data: D, context: C): Promise<Next<D> | null>;
}

/** Describes a conversation: explicit named steps over JSON data. `version` rises when steps or data change. */
export interface Flow<C, D extends JsonObject = JsonObject> {
  readonly name: string;
  readonly version: number;
  readonly start: string;
  readonly steps: { readonly [step: string]: Step<D, C> };
  /** Says what "cancel" does inside this flow, such as giving a seat back. Without it the engine goes to the menu. */
  cancel?(data: D, context: C): Promise<Next>;
}

/** Names a place in a conversation that "back" can return to. */
export interface Place {
  readonly flow: string;
  readonly version: number;
  readonly step: string;
  readonly data: JsonObject;
}

/** Describes where a chat stands. This is what a session stores; everything in it is JSON. */
export interface Position extends Place {
  /** The menu on the screen and when it was shown (ISO instant), if any. */
  readonly options: readonly Option[];
  readonly askedAt: string;
  readonly strikes: number;
  /** Where "back" leads, the latest last; never longer than a few places. */
  readonly history?: readonly Place[];
}

/** Lists how a turn came to its outcome, for the interaction log. */
export const TURN_WAYS = ['answer', 'word', 'entrance', 'intent', 'question', 'bad', 'old', 'media', 'home'] as const;
export type TurnWay = (typeof TURN_WAYS)[number];

/** Says what a turn came to. Nothing of a `failed` turn is kept. */
export type TurnOutcome =
  | {
      readonly kind: 'handled' | 'complete';
      readonly position: Position | null;
      readonly replies: readonly Reply[];
      readonly way: TurnWay;
      /** The intent a word or a free text was taken for, if one was. */
      readonly intent?: Intent;
    }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: unknown };
