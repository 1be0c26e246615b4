import { nativeCollection } from '#lib/mongo';
import { type AdmittedRefund, Payment, type PaymentDoc } from '#models/payment';
import { Refund, type RefundDoc } from '#models/refund';
import type { Deps } from './deps.ts';
import { journalOf } from './journals.ts';
import { postJournals } from './ledger.ts';
import { noticeTo, refundStarted } from './notices.ts';
import { enqueueMessages } from './outbox.ts';
import { orderCodeOf } from './refund-order.ts';
import { finishSeatRefund } from './refund-seat.ts';
import { refundReaches } from './team-promise.ts';

/** Asks for money to go back. Without an amount it is all that is left of the payment. */
export interface RefundWish {
  readonly paymentKey: string;
  readonly scope: 'seat' | 'payment' | 'ladder';
  readonly from: AdmittedRefund['from'];
  readonly reason: string;
  readonly amount?: number;
  readonly at: Date;
}

const payments = () => nativeCollection(Payment);

/** Names a refund: one for what is left of a payment, one for a ladder's difference. */
export function refundIdOf(wish: Pick<RefundWish, 'paymentKey' | 'scope'>): string {
  return wish.scope === 'ladder' ? `refund:${wish.paymentKey}:ladder` : `refund:${wish.paymentKey}`;
}

/**
 * Admits a refund once, by one update of the payment that keeps refunded + amount ≤ captured, and makes its rows.
 * Does nothing but finish the seat when nothing is left to give back.
 */
export async function admitRefund(deps: Deps, wish: RefundWish): Promise<void> {
  const id = refundIdOf(wish);
  for (let tries = 0; tries < 20; tries++) {
    const payment = (await payments().findOne({ _id: wish.paymentKey })) as PaymentDoc | null;
    if (!payment) throw new Error(`refund: there is no payment ${wish.paymentKey}`);
    const there = payment.refunds.find((refund) => refund.id === id);
    if (there) return makeRefund(deps, payment, there);
    const amount = Math.min(wish.amount ?? Number.POSITIVE_INFINITY, payment.captured - payment.refunded);
    if (amount <= 0) return nothingLeft(deps, payment, wish);
    const { scope, from, reason, at } = wish;
    const refund: AdmittedRefund = { id, amount, reason, scope, from, at, made: false };
    if (await admitted(payment, refund)) return makeRefund(deps, payment, refund);
  }
  throw new Error(`refund: payment ${wish.paymentKey} changes every time`);
}

async function admitted(payment: PaymentDoc, refund: AdmittedRefund): Promise<boolean> {
  const { modifiedCount } = await payments().updateOne(
    { _id: payment._id, 'refunds.id': { $ne: refund.id }, refunded: { $lte: payment.captured - refund.amount } },
    { $push: { refunds: refund }, $inc: { refunded: refund.amount } },
  );
  return modifiedCount === 1;
}

/** Makes the rows of an admitted refund; may run any number of times. */
async function makeRefund(deps: Deps, payment: PaymentDoc, refund: AdmittedRefund): Promise<void> {
  if (refund.made) return;
  const row = refundRow(deps, payment, refund);
  const { _id, ...fresh } = row;
  const money = { currency: row.currency, customerId: row.customerId, orderId: row.orderId, money: row.amount };
  const kind = refund.from === 'merchant' ? 'refund-admitted-merchant' : 'refund-admitted';
  const code = await orderCodeOf(row.orderId);
  const told = refundStarted({ ...row, by: row.refundBy, order: code });
  await Promise.all([
    nativeCollection(Refund).updateOne({ _id }, { $setOnInsert: fresh }, { upsert: true }),
    postJournals(deps, [journalOf(kind, { ...money, name: _id, refundId: _id, paymentKey: payment._id })]),
    enqueueMessages([noticeTo(row.customerId, `refund-started:${_id}`, refund.at, told)]),
  ]);
  await payments().updateOne({ _id: payment._id, 'refunds.id': refund.id }, { $set: { 'refunds.$.made': true } });
}

function refundRow(deps: Deps, payment: PaymentDoc, refund: AdmittedRefund): RefundDoc {
  if (!payment.customerId || !payment.orderId) throw new Error(`refund: payment ${payment._id} belongs to nobody`);
  return {
    _id: refund.id,
    paymentKey: payment._id,
    provider: payment.provider,
    paymentReference: payment.reference,
    customerId: payment.customerId,
    orderId: payment.orderId,
    scope: refund.scope === 'chargeback' ? 'payment' : refund.scope,
    amount: refund.amount,
    currency: payment.currency,
    reason: refund.reason,
    state: 'due',
    attempts: 0,
    retryAt: new Date(deps.clock.system()),
    ...(payment.payer ? { payer: payment.payer } : {}),
    refundBy: refundReaches(deps, payment.provider, refund.at),
    createdAt: refund.at,
    rev: 1,
    settled: true,
  };
}

/** Ends a seat's refund when there is no money to move: credit paid it all, or a chargeback took it back before. */
async function nothingLeft(deps: Deps, payment: PaymentDoc, wish: RefundWish): Promise<void> {
  if (wish.scope !== 'seat' || !payment.orderId || !payment.customerId) return;
  const charged = payment.refunds.find((refund) => refund.scope === 'chargeback');
  if (charged && wish.from === 'held') {
    const { orderId, customerId, currency } = payment;
    const about = { name: payment._id, orderId, customerId, currency, paymentKey: payment._id };
    await postJournals(deps, [journalOf('chargeback-cover', { ...about, money: charged.amount })]);
  }
  await finishSeatRefund(payment.orderId, 'refunded');
}

/** Makes the rows of refunds that were admitted just before a crash. */
export async function remakeRefunds(deps: Deps): Promise<number> {
  const left = await payments().find({ 'refunds.made': false }).limit(500).toArray();
  for (const payment of left as PaymentDoc[])
    for (const refund of payment.refunds) await makeRefund(deps, payment, refund);
  return left.length;
}
