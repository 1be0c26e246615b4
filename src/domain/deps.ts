import type { Clock } from '#lib/clock';
import type { Secrets } from '#lib/identity';
import type { Logger } from '#lib/logger';
import type { Random } from '#lib/random';
import type { PaymentMethod, PaymentProvider } from '#ports/payment';
import type { RulesOf } from './rules.ts';

/** Is everything the domain needs from outside itself, passed along as one small object. */
export interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly rulesOf: RulesOf;
  readonly payments: ReadonlyMap<PaymentMethod, PaymentProvider>;
  /** Where links point to, without a slash at the end. */
  readonly publicUrl: string;
  /** The bot's own number for wa.me links, digits only; '' when there is none. */
  readonly botNumber: string;
}
