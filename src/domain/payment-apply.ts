import { derivedId } from '#lib/random';
import type { PaymentEventDoc } from '#models/payment-event';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { noticeTo, paymentFailed } from './notices.ts';
import { orderById } from './order-find.ts';
import { enqueueMessages } from './outbox.ts';
import { chargeBack, type Owner, paymentKeyOf, payments } from './payment-money.ts';
import type { PaymentResult } from './payment-table.ts';
import { admitRefund } from './refund-admit.ts';
import { endRefund } from './refund-change.ts';
import { onOrderRefunded } from './rewards.ts';
import { claimSeat, dropClaim, refuseAttempt } from './seat-claims.ts';
import type { TeamCondition } from './team-conditions.ts';
import { countSeat } from './team-count.ts';
import { returnCredit, takeExactly } from './team-credit.ts';
import { releaseSeats } from './team-lapse.ts';
import { settleTeam } from './team-settle.ts';
import { spillIds, spillOver, undoSpill } from './team-spill.ts';
import { believed, changeTeam, seatEvent, teams } from './team-store.ts';

/** Is one event with everything its result works on. */
export interface Applying {
  readonly event: PaymentEventDoc;
  readonly owner: Owner | null;
  readonly team: TeamDoc | null;
  readonly seat: TeamSeat | null;
  /** A condition a race test leaves out. */
  readonly leftOut?: TeamCondition;
}

/** `again`: the world changed meanwhile, decide anew; `not-that-way`: decide anew without this way. */
export type Applied = 'done' | 'again' | 'no-reseat' | 'no-spill';

/** Carries a row's result out. Every step may be repeated. */
export async function applyResult(deps: Deps, result: PaymentResult, on: Applying): Promise<Applied> {
  switch (result.do) {
    case 'nothing':
      return 'done';
    case 'suspense':
      return queue(on, 'suspense');
    case 'keep-payer':
      await payments().updateOne({ _id: paymentKeyOf(on.event) }, { $set: { thirdParty: true } });
      return 'done';
    case 'count':
      return count(deps, on);
    case 'reseat':
      return reseat(deps, on);
    case 'spill':
      return spill(deps, on);
    case 'refund':
      return refund(deps, on, result);
    case 'authorise':
      return authorise(deps, on);
    case 'release':
      return release(deps, on);
    case 'offer-retry':
      return offerRetry(on);
    case 'refund-done':
    case 'refund-failed':
      return endsRefund(deps, on);
    case 'chargeback':
      return chargedBack(deps, on);
    case 'agree':
      return 'done';
    default:
      return result satisfies never;
  }
}

async function queue(on: Applying, name: 'suspense' | 'amount-mismatch'): Promise<Applied> {
  await payments().updateOne({ _id: paymentKeyOf(on.event) }, { $set: { queue: name } });
  return 'done';
}

async function count(deps: Deps, { event, team, seat, leftOut }: Applying): Promise<Applied> {
  if (!team || !seat) throw new Error('payment: only a seat can be counted');
  const method = event.provider === 'credit' ? {} : { method: event.provider };
  const by = { state: 'paid', paymentKey: paymentKeyOf(event), ...method } as const;
  if (!(await countSeat(deps, team, seat, by, leftOut))) return 'again';
  await settleTeam(deps, team._id);
  return 'done';
}

/** Takes a free seat again under an attempt of its own; her credit is taken again with it. */
async function reseat(deps: Deps, { event, team, seat, leftOut }: Applying): Promise<Applied> {
  if (!team || !seat) throw new Error('payment: only a seat can be taken again');
  const paymentKey = paymentKeyOf(event);
  const attempt = derivedId('a', 'reseat', seat.orderId, paymentKey);
  const { customerId, orderId, credit } = seat;
  const seating = { dealId: team.dealId, teamId: team._id, customerId, attempt };
  if (team.refused.includes(attempt)) return 'no-reseat';
  if ((await claimSeat(deps, seating)).kind === 'held') return 'no-reseat';
  const paid = await takeExactly(deps, { customerId, orderId, attempt, currency: team.currency }, credit);
  const by = { state: 'paid', paymentKey, method: event.provider, reseat: attempt } as const;
  if (paid && (await countSeat(deps, team, seat, by, leftOut))) {
    await settleTeam(deps, team._id);
    return 'done';
  }
  if (!(await refuseAttempt(seating))) return 'again';
  await returnCredit(deps, customerId, attempt);
  await dropClaim(team.dealId, customerId, attempt);
  return 'no-reseat';
}

async function spill(deps: Deps, { event, team, seat }: Applying): Promise<Applied> {
  if (!team || !seat) throw new Error('payment: only a seat can spill over');
  const paymentKey = paymentKeyOf(event);
  if (!(await refusePayment(team._id, paymentKey))) return 'again';
  if (!(await spillOver(deps, team, seat, paymentKey))) return 'no-spill';
  await settleTeam(deps, spillIds(paymentKey).teamId);
  return 'done';
}

/** Sends a payment back whole, after making sure that it can take no seat any more. */
async function refund(
  deps: Deps,
  on: Applying,
  { reason, queue: queued }: Extract<PaymentResult, { do: 'refund' }>,
): Promise<Applied> {
  const { event, team, seat } = on;
  const paymentKey = paymentKeyOf(event);
  if (team && seat) {
    if (!(await refusePayment(team._id, paymentKey))) return 'again';
    if (seat.spill === 'lead' && !(await undoSpill(deps, team, seat, paymentKey))) {
      await settleTeam(deps, spillIds(paymentKey).teamId);
      return 'done';
    }
  }
  if (queued) await queue(on, queued);
  await admitRefund(deps, { paymentKey, scope: 'payment', from: 'held', reason, at: event.recordedAt });
  return 'done';
}

/** Makes a team refuse a payment for good; false when a seat is paid by it. */
async function refusePayment(teamId: string, paymentKey: string): Promise<boolean> {
  const { matchedCount } = await teams().updateOne(
    { _id: teamId, 'seats.paymentKey': { $ne: paymentKey }, 'past.paymentKey': { $ne: paymentKey } },
    { $addToSet: { refusedPayments: paymentKey }, $inc: { rev: 1 } },
  );
  return matchedCount === 1;
}

async function authorise(deps: Deps, { team, seat }: Applying): Promise<Applied> {
  if (!team || !seat) throw new Error('payment: only a seat can be authorised');
  const { holdUntil: _hold, ...rest } = seat;
  const next: TeamSeat = { ...rest, state: 'authorised', rev: seat.rev + 1 };
  const done = await changeTeam({ _id: team._id, state: team.state, seats: believed(seat) }, {
    $set: { 'seats.$': next },
    $push: { events: seatEvent(deps, 'authorised', next) },
  } as never);
  if (!done) return 'again';
  await settleTeam(deps, team._id);
  return 'done';
}

async function release(deps: Deps, { team, seat }: Applying): Promise<Applied> {
  if (!team || !seat) throw new Error('payment: only a seat can be released');
  if (!(await releaseSeats(deps, team, [seat], 'capture-over'))) return 'again';
  await settleTeam(deps, team._id);
  return 'done';
}

async function offerRetry({ event, seat, team }: Applying): Promise<Applied> {
  if (!seat?.holdUntil || !team) return 'done';
  const payment = { amount: seat.due, currency: team.currency, order: seat.orderCode, until: seat.holdUntil };
  const key = `payment-failed:${event._id}`;
  await enqueueMessages([noticeTo(seat.customerId, key, event.recordedAt, paymentFailed(payment))]);
  return 'done';
}

async function endsRefund(deps: Deps, { event }: Applying): Promise<Applied> {
  const id = event.refundId ?? `refund:${paymentKeyOf(event)}`;
  const at = event.paidAt;
  if (event.kind === 'refund-done') await endRefund(deps, id, { state: 'done', reference: event.eventId, at });
  else {
    const failure = event.reason ?? event.kind;
    const reversed = await endRefund(deps, id, { state: 'failed', failure, at, reversed: true });
    if (!reversed) await endRefund(deps, id, { state: 'failed', failure, at, reversed: false });
  }
  return 'done';
}

async function chargedBack(deps: Deps, { event, owner }: Applying): Promise<Applied> {
  await chargeBack(deps, event, owner);
  const order = owner ? await orderById(owner.orderId) : null;
  if (order) await onOrderRefunded(deps, order);
  return 'done';
}
