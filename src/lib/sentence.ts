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
