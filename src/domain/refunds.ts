import type { RefundDoc } from '#models/refund';
import type { PaymentMethod, RefundOutcome } from '#ports/payment';
import type { Deps } from './deps.ts';
import { endRefund, refunds, settleRefund } from './refund-change.ts';

/** After so many refusals a person has to look at it. */
const MOST_ATTEMPTS = 6;
/** A provider call that is not back by then is asked again with the same id. Milliseconds of system time. */
const CALL_MS = 60_000;
const FIRST_RETRY_MS = 30_000;

export type RefundsRun = { readonly done: number; readonly failed: number };

/** Asks providers for the refunds that are due, each on its own: one that is stuck never keeps the others waiting. */
export async function runRefunds(deps: Deps): Promise<RefundsRun> {
  const due = await refunds()
    .find({ state: 'due', retryAt: { $lte: new Date(deps.clock.system()) } })
    .sort({ retryAt: 1 })
    .limit(200)
    .toArray();
  const results = await Promise.all(due.map((refund) => runRefund(deps, refund as RefundDoc)));
  return {
    done: results.filter((result) => result === 'done').length,
    failed: results.filter((result) => result === 'failed').length,
  };
}

async function runRefund(deps: Deps, refund: RefundDoc): Promise<'done' | 'failed' | 'waiting'> {
  const mine = await refunds().updateOne(
    { _id: refund._id, state: 'due', attempts: refund.attempts, retryAt: refund.retryAt },
    { $set: { retryAt: new Date(deps.clock.system() + CALL_MS) }, $inc: { attempts: 1 } },
  );
  if (mine.modifiedCount !== 1) return 'waiting';
  try {
    return await takeIn(deps, refund, await askProvider(deps, refund));
  } catch (error) {
    deps.log.warn({ error, refund: refund._id }, 'the provider did not answer a refund; it is asked again');
    return tryLater(deps, refund, 'no answer');
  }
}

function askProvider(deps: Deps, refund: RefundDoc): Promise<RefundOutcome> {
  const provider = deps.payments.get(refund.provider as PaymentMethod);
  if (!provider) return Promise.resolve({ kind: 'manual' });
  const { _id: id, paymentReference: paymentId, amount, currency } = refund;
  return provider.refund({ id, paymentId, amount, currency });
}

async function takeIn(deps: Deps, refund: RefundDoc, outcome: RefundOutcome): Promise<'done' | 'failed' | 'waiting'> {
  switch (outcome.kind) {
    case 'done':
      await endRefund(deps, refund._id, { state: 'done', reference: outcome.reference, at: outcome.at });
      return 'done';
    case 'started':
    case 'manual':
      await refunds().updateOne({ _id: refund._id, state: 'due' }, { $set: { state: outcome.kind } });
      return 'waiting';
    case 'failed':
      return tryLater(deps, refund, outcome.reason);
    default:
      return outcome satisfies never;
  }
}

async function tryLater(deps: Deps, refund: RefundDoc, failure: string): Promise<'failed' | 'waiting'> {
  const tried = refund.attempts + 1;
  if (tried >= MOST_ATTEMPTS) {
    await endRefund(deps, refund._id, { state: 'failed', failure, at: deps.clock.now(), reversed: false });
    return 'failed';
  }
  const retryAt = new Date(deps.clock.system() + FIRST_RETRY_MS * 2 ** refund.attempts);
  await refunds().updateOne({ _id: refund._id, state: 'due' }, { $set: { retryAt, failure } });
  return 'waiting';
}

export type RefundMark =
  | { readonly kind: 'done' }
  | { readonly kind: 'unknown' }
  /** The provider is being asked for it; paying it by hand too would pay it twice. */
  | { readonly kind: 'with-provider' }
  | { readonly kind: 'already-done'; readonly reference: string };

/** Marks a manual or failed refund as done, with the bank's reference. */
export async function markRefundDone(
  deps: Deps,
  done: { refundId: string; reference: string; actor: string },
): Promise<RefundMark> {
  const result = { state: 'done', reference: done.reference, at: deps.clock.now(), byHand: true } as const;
  if (await endRefund(deps, done.refundId, result)) return { kind: 'done' };
  const refund = await refunds().findOne({ _id: done.refundId });
  if (!refund) return { kind: 'unknown' };
  if (refund.state !== 'done') return { kind: 'with-provider' };
  return { kind: 'already-done', reference: refund.reference ?? '' };
}

/** Asks the provider again for a refund that failed; false when it is not a failed one. */
export async function retryRefund(deps: Deps, refundId: string): Promise<boolean> {
  await settleRefund(deps, refundId);
  const { modifiedCount } = await refunds().updateOne(
    { _id: refundId, state: 'failed', settled: true },
    { $set: { state: 'due', attempts: 0, retryAt: new Date(deps.clock.system()) }, $inc: { rev: 1 } },
  );
  return modifiedCount === 1;
}

/** Derives what a crash left out of refunds that have ended. */
export async function settleOldRefunds(deps: Deps): Promise<number> {
  const left = await refunds()
    .find({ settled: false }, { projection: { _id: 1 } })
    .limit(500)
    .toArray();
  for (const { _id } of left) await settleRefund(deps, _id);
  return left.length;
}
