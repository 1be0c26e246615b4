import type { PaymentQueueName } from '#models/payment';
import type { PaymentEvent, PaymentRequest } from '#ports/payment';
import type { Deps } from './deps.ts';

export type RecordedPayment = { readonly kind: 'recorded' | 'repeated'; readonly row: string };
export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly refundBy: Date }
  | { readonly kind: 'used' }
  | { readonly kind: 'bad-reference' }
  | { readonly kind: 'gone' };
export type ConfirmOutcome = RecordedPayment | { readonly kind: 'unknown' } | { readonly kind: 'ambiguous' };
export interface QueuedPayment {
  readonly queue: PaymentQueueName;
  readonly paymentKey: string;
  readonly provider: string;
  readonly reference: string;
  readonly orderId?: string;
  readonly orderCode?: string;
  readonly customerId?: string;
  readonly refundId?: string;
  readonly amount: number;
  readonly currency: string;
  readonly since: Date;
  readonly refundBy?: Date;
}

/** Records what a provider reported, then decides it by the payment table. Never throws for a business reason. */
export async function recordPaymentEvent(_deps: Deps, _event: PaymentEvent): Promise<RecordedPayment> {
  throw new Error('not yet');
}
/** Makes what a shopper needs in order to pay; null when nothing is due. */
export async function paymentRequest(_deps: Deps, _orderId: string): Promise<PaymentRequest | null> {
  throw new Error('not yet');
}
/** Takes the reference a shopper sent back. */
export async function claimUpi(
  _deps: Deps,
  _claim: { commandId: string; orderId: string; reference: string },
): Promise<ClaimOutcome> {
  throw new Error('not yet');
}
/** Records money an operator has seen in the account. */
export async function confirmUpi(
  _deps: Deps,
  _seen: { orderId?: string; reference?: string; amount: number; paidAt: Date; actor: string },
): Promise<ConfirmOutcome> {
  throw new Error('not yet');
}
/** Lists the payments that wait for an operator, oldest first. */
export async function paymentQueue(_deps: Deps): Promise<QueuedPayment[]> {
  throw new Error('not yet');
}
