import { nativeCollection } from '#lib/mongo';
import { Journal } from '#models/journal';
import { Payment } from '#models/payment';
import { Refund, type RefundDoc } from '#models/refund';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';
import { journalOf } from './journals.ts';
import { postJournals } from './ledger.ts';
import { noticeTo, refundDone, refundFailed } from './notices.ts';
import { enqueueMessages } from './outbox.ts';
import { orderCodeOf } from './refund-order.ts';
import { finishSeatRefund } from './refund-seat.ts';

/** Gives the driver's collection of refunds. */
export const refunds = () => nativeCollection(Refund);

/** Is what became of a refund. `reversed` says that money which had arrived came back. */
export type RefundResult =
  | { readonly state: 'done'; readonly reference: string; readonly at: Date; readonly byHand?: boolean }
  | { readonly state: 'failed'; readonly failure: string; readonly at: Date; readonly reversed: boolean };

/**
 * Ends a refund, or brings one that had ended back, by one guarded update, and derives what follows. False when the
 * refund was not in a state for it (any more).
 */
export async function endRefund(deps: Deps, refundId: string, result: RefundResult): Promise<boolean> {
  await settleRefund(deps, refundId);
  const { state, at } = result;
  const from = state === 'done' ? endingFrom(result.byHand ?? false) : failingFrom(result.reversed);
  const { modifiedCount } = await refunds().updateOne(
    { _id: refundId, state: { $in: [...from] }, settled: true },
    {
      $set: {
        state,
        settled: false,
        ...(state === 'done' ? { reference: result.reference, doneAt: at } : { failure: result.failure }),
      },
      ...(state === 'failed' && result.reversed ? { $unset: { doneAt: '' } } : {}),
      $inc: { rev: 1 },
    },
  );
  if (modifiedCount === 1) await settleRefund(deps, refundId);
  return modifiedCount === 1;
}

/** What a provider is still asked for is not paid by hand as well. */
function endingFrom(byHand: boolean): readonly RefundDoc['state'][] {
  return byHand ? ['manual', 'failed'] : ['due', 'started', 'manual', 'failed'];
}

function failingFrom(reversed: boolean): readonly RefundDoc['state'][] {
  return reversed ? ['done'] : ['due', 'started', 'manual'];
}

/** Derives what follows from a refund's last change; may run any number of times. */
export async function settleRefund(deps: Deps, refundId: string): Promise<void> {
  const refund = (await refunds().findOne({ _id: refundId, settled: false })) as RefundDoc | null;
  if (!refund) return;
  await (refund.state === 'done' ? deriveDone(deps, refund) : deriveFailed(deps, refund));
  await refunds().updateOne({ _id: refundId, rev: refund.rev }, { $set: { settled: true } });
}

async function deriveDone(deps: Deps, refund: RefundDoc): Promise<void> {
  const order = await orderCodeOf(refund.orderId);
  const told = refundDone({ ...refund, order, reference: refund.reference ?? '' });
  const at = refund.doneAt ?? refund.createdAt;
  await Promise.all([
    postJournals(deps, [journalOf('refund-done', moneyOfRefund(refund))]),
    refund.scope === 'seat' ? finishSeatRefund(refund.orderId, 'refunded') : undefined,
    nativeCollection(Payment).updateOne(
      { _id: refund.paymentKey, queue: 'amount-mismatch' },
      { $unset: { queue: '' } },
    ),
    enqueueMessages([noticeTo(refund.customerId, `refund-done:${refund._id}:${refund.rev}`, at, told)]),
    logInteractions([
      {
        _id: `refund-done:${refund._id}:${refund.rev}`,
        customerId: refund.customerId,
        kind: 'refund',
        at,
        orderId: refund.orderId,
        amount: refund.amount,
        currency: refund.currency,
        data: { reason: refund.reason, scope: refund.scope },
      },
    ]),
  ]);
}

/** A refund that came back has moved its money again; one that never left has moved none. */
async function deriveFailed(deps: Deps, refund: RefundDoc): Promise<void> {
  const order = await orderCodeOf(refund.orderId);
  const had = await hadLeft(refund);
  await Promise.all([
    had ? postJournals(deps, [journalOf('refund-reversed', moneyOfRefund(refund))]) : undefined,
    refund.scope === 'seat' ? finishSeatRefund(refund.orderId, 'refund-failed') : undefined,
    enqueueMessages([
      noticeTo(
        refund.customerId,
        `refund-failed:${refund._id}:${refund.rev}`,
        deps.clock.now(),
        refundFailed({ ...refund, order }),
      ),
    ]),
  ]);
}

/** Tells whether the change before this one had paid the money out: each change settles before the next is made. */
async function hadLeft(refund: RefundDoc): Promise<boolean> {
  const before = `refund-done:${refund._id}:${refund.rev - 1}`;
  return (await nativeCollection(Journal).findOne({ _id: before }, { projection: { _id: 1 } })) !== null;
}

function moneyOfRefund(refund: RefundDoc) {
  const { _id, rev, amount, currency, customerId, orderId, provider, paymentKey } = refund;
  return { name: `${_id}:${rev}`, money: amount, currency, customerId, orderId, provider, paymentKey, refundId: _id };
}
