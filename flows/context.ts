import type { Flow, JsonObject } from '#conversation/flow';
import type { Deps } from '#domain/deps';
import type { CustomerDoc, Language } from '#models/customer';

/**
 * Is what every step gets beside its data. A step that changes the customer puts the new row and language here,
 * and the turn's replies are rendered in `language` as it stands when the turn ends.
 */
export interface FlowContext {
  readonly deps: Deps;
  customer: CustomerDoc;
  readonly now: Date;
  /** Names this turn; commands of the domain are called with `<commandId>:<verb>`. */
  readonly commandId: string;
  language: Language;
  readonly chatId: string;
  readonly inboxId: string;
  /** The text being answered, for wishes that carry their own words. */
  readonly text?: string;
}

/** Is a conversation of Toli with its own step data. */
export type ToliFlow<Data extends JsonObject = JsonObject> = Flow<FlowContext, Data>;
