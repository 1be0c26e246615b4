import type { Inbound } from '#ports/channel';
import type { PaymentEvent } from '#ports/payment';

/** Says where the shop's process shall die: before or after its n-th write (from 1). */
export interface KillPlan {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** Lists what the outside world asks of the shop's process; each may be asked again after a crash. */
export type Ask =
  | { readonly kind: 'open'; readonly uri: string; readonly quietMs: number }
  | { readonly kind: 'in'; readonly message: Inbound }
  | { readonly kind: 'money'; readonly event: PaymentEvent }
  | { readonly kind: 'deliver'; readonly orderId: string }
  | { readonly kind: 'due' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'measure'; readonly plan?: KillPlan }
  | { readonly kind: 'writes' }
  | { readonly kind: 'end' };

/** Lists what the shop's process tells: answers by number, messages to phones, and money it sends back. */
export type Told =
  | { readonly kind: 'booted' }
  | { readonly kind: 'answer'; readonly number: number; readonly value?: unknown }
  | { readonly kind: 'failed'; readonly number: number; readonly error: string }
  | ShownMessage
  | { readonly kind: 'refund'; readonly id: string; readonly amount: number };

/** Is one message as a phone got it. */
export interface ShownMessage {
  readonly kind: 'shown';
  /** The purpose key. */
  readonly key: string;
  readonly to: string;
  readonly text: string;
  readonly orderId?: string;
}

/** Holds the secrets that both processes know, so that a phone can tell which reply is its own. */
export const SECRETS = { pepper: Buffer.alloc(32, 7), key: Buffer.alloc(32, 9) };
