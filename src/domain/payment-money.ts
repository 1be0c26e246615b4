import { nativeCollection } from '#lib/mongo';
import { Payment, type PaymentDoc } from '#models/payment';
import type { PaymentEventDoc } from '#models/payment-event';
import type { Deps } from './deps.ts';
import { journalOf } from './journals.ts';
import { postJournals } from './ledger.ts';
import { batchedWrites } from './row-batches.ts';

/** Gives the driver's collection of payments. */
export const payments = () => nativeCollection(Payment);

/** Writes payments beside those of others; the writes must hold in any order. */
export const writePayments = batchedWrites(payments);

/** Names a payment over all providers. */
export function paymentKeyOf(event: { readonly provider: string; readonly paymentId: string }): string {
  return `${event.provider}:${event.paymentId}`;
}

/** Is whose order a payment was for. */
export interface Owner {
  readonly orderId: string;
  readonly customerId: string;
}

/** Writes down that money is here, before anything is decided: the payment and its first journal. Repeatable. */
export async function takeInMoney(deps: Deps, event: PaymentEventDoc, owner: Owner | null): Promise<void> {
  const key = paymentKeyOf(event);
  const { _id, ...fresh } = freshPayment(event, owner);
  const captured = {
    state: 'captured' as const,
    captured: event.amount,
    currency: event.currency,
    paidAt: event.paidAt,
    ...(event.payer ? { payer: event.payer } : {}),
    ...(owner ?? {}),
  };
  const money = { name: key, money: event.amount, currency: event.currency, provider: event.provider, paymentKey: key };
  await Promise.all([
    writePayments([
      { updateOne: { filter: { _id }, update: { $setOnInsert: fresh }, upsert: true } },
      { updateOne: { filter: { _id, state: 'claimed' }, update: { $set: captured, $unset: { queue: '' } } } },
    ]),
    postJournals(deps, [owner ? journalOf('captured', { ...money, ...owner }) : journalOf('captured-unknown', money)]),
  ]);
}

function freshPayment(event: PaymentEventDoc, owner: Owner | null): PaymentDoc {
  return {
    _id: paymentKeyOf(event),
    provider: event.provider,
    reference: event.paymentId,
    ...(owner ?? {}),
    state: 'captured',
    captured: event.amount,
    refunded: 0,
    currency: event.currency,
    ...(event.payer ? { payer: event.payer } : {}),
    thirdParty: false,
    paidAt: event.paidAt,
    createdAt: event.recordedAt,
    refunds: [],
  };
}

/** Takes a chargeback out of a payment once, so that no refund gives the same money again. */
export async function chargeBack(deps: Deps, event: PaymentEventDoc, owner: Owner | null): Promise<void> {
  const key = paymentKeyOf(event);
  const id = `chargeback:${key}`;
  const refund = { id, amount: event.amount, reason: 'chargeback', scope: 'chargeback', from: 'merchant' } as const;
  await payments().updateOne(
    { _id: key, 'refunds.id': { $ne: id } },
    {
      $push: { refunds: { ...refund, at: event.recordedAt, made: true } },
      $inc: { refunded: event.amount },
      $set: { queue: 'chargeback' },
    },
  );
  const money = { name: key, money: event.amount, currency: event.currency, provider: event.provider, paymentKey: key };
  await postJournals(deps, [journalOf('chargeback', { ...money, ...(owner ?? {}) })]);
}
