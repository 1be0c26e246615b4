import type { Flow, Input, JsonObject, Next, Position, Reply, Sentence } from './flow.ts';
import type { Intent, Understanding } from './intents.ts';

/** Names where a conversation begins: a flow and the data its first step gets. */
export interface Target {
  readonly flow: string;
  readonly data?: JsonObject;
}

/**
 * Describes what a global word or an understood wish does. `guess` is true only where starting it changes no money,
 * no seat and no consent: only those may follow from a free text; the others need the exact words, a tap or a yes.
 */
export type Command<C> = { readonly guess?: boolean } & (
  | Target
  | {
      /** Gets the text as written, for a wish that says more than its name ("do you have rice"); '' for a tap. */
      run(context: C, position: Position | null, text: string): Promise<Next>;
    }
);

/** Describes everything about a bot's conversations that stays the same from turn to turn. */
export interface Engine<C> {
  readonly flows: { readonly [flow: string]: Flow<C> };
  readonly commands: { readonly [intent in Intent]?: Command<C> };
  readonly understanding: Understanding;
  /** Says where a chat begins, and where it goes when there is nothing to go back to. */
  home(context: C): Target;
  /** Renders a sentence in a language, to compare an answer with the labels on the screen. */
  say(sentence: Sentence, language: string): string;
  /** Recognises what goes before any step, such as an invite code in a text; null for everything else. */
  entrance?(input: Input, context: C): Promise<Next | null>;
  /** Says after how many milliseconds a menu is old; 12 hours unless given. */
  readonly menuMaxAgeMs?: number;
}

/** Describes one turn: the person's own context, the chat's language, and the business time. */
export interface Turn<C> {
  readonly context: C;
  readonly language: string;
  readonly now: Date;
}

/** Describes where a turn has led so far. */
export interface Landing {
  readonly position: Position | null;
  readonly replies: readonly Reply[];
}
