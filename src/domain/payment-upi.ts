import { insertOnce } from '#lib/mongo';
import type { PaymentDoc } from '#models/payment';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { once } from './once.ts';
import { orderById } from './order-find.ts';
import { payments } from './payment-money.ts';
import { type RecordedPayment, recordPaymentEvent } from './payment-record.ts';
import { settleTeam } from './team-settle.ts';
import { believed, changeTeam, MOST_TRIES, readTeam, seatEvent, seatOfOrder } from './team-store.ts';

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly refundBy: Date }
  | { readonly kind: 'used' }
  | { readonly kind: 'bad-reference' }
  | { readonly kind: 'gone' };

/** Banks number a UPI transfer (UTR, RRN) with twelve digits. */
const REFERENCE = /^\d{12}$/;

/** Reads a reference as people send it, spaces and dashes left out; null when it is none. */
export function readUpiReference(text: string): string | null {
  const digits = text.replace(/[\s-]/g, '');
  return REFERENCE.test(digits) ? digits : null;
}

/**
 * Takes the reference a shopper sent back: her seat is kept without a hold until somebody has looked for the money.
 * The reference stays in the queue whatever becomes of the seat.
 */
export async function claimUpi(
  deps: Deps,
  claim: { commandId: string; orderId: string; reference: string },
): Promise<ClaimOutcome> {
  const reference = readUpiReference(claim.reference);
  if (!reference) return { kind: 'bad-reference' };
  return once(deps, claim.commandId, () => takeClaim(deps, claim.orderId, reference));
}

async function takeClaim(deps: Deps, orderId: string, reference: string): Promise<ClaimOutcome> {
  const order = await orderById(orderId);
  if (!order) return { kind: 'gone' };
  const row = claimRow(deps, order, reference);
  if (!(await insertOnce(() => payments().insertOne(row)))) {
    const there = await payments().findOne({ _id: row._id }, { projection: { orderId: 1 } });
    if (there?.orderId !== orderId) return { kind: 'used' };
  }
  const seat = await keepSeat(deps, orderId, reference);
  return seat ? { kind: 'claimed', refundBy: seat.refundBy } : { kind: 'gone' };
}

function claimRow(
  deps: Deps,
  order: { _id: string; customerId: string; due: number; currency: string; refundBy?: Date },
  reference: string,
): PaymentDoc {
  return {
    _id: `upi:${reference}`,
    provider: 'upi',
    reference,
    orderId: order._id,
    customerId: order.customerId,
    state: 'claimed',
    captured: 0,
    refunded: 0,
    currency: order.currency,
    thirdParty: false,
    createdAt: deps.clock.now(),
    refunds: [],
    queue: 'claim',
    ...(order.refundBy ? { refundBy: order.refundBy } : {}),
  };
}

async function keepSeat(deps: Deps, orderId: string, reference: string): Promise<TeamSeat | null> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const order = await orderById(orderId);
    const team = order?.teamId ? await readTeam(order.teamId) : null;
    const seat = team && seatOfOrder(team, orderId);
    if (!team || !seat) return null;
    if (seat.state === 'claimed' || seat.state === 'paid' || seat.state === 'confirmed') return seat;
    if (seat.state !== 'reserved') return null;
    if (await claimInTeam(deps, team, seat, reference)) return seat;
  }
  throw new Error(`order ${orderId}: its team changes every time`);
}

async function claimInTeam(deps: Deps, team: TeamDoc, seat: TeamSeat, reference: string): Promise<boolean> {
  const { holdUntil: _hold, ...rest } = seat;
  const next: TeamSeat = { ...rest, state: 'claimed', rev: seat.rev + 1, method: 'upi', claimedAt: deps.clock.now() };
  const done = await changeTeam({ _id: team._id, state: { $in: ['forming', 'open'] }, seats: believed(seat) }, {
    $set: { 'seats.$': next },
    $push: { events: seatEvent(deps, 'claimed', next, { reason: reference }) },
  } as never);
  if (done) await settleTeam(deps, team._id);
  return done;
}

export type ConfirmOutcome = RecordedPayment | { readonly kind: 'unknown' } | { readonly kind: 'ambiguous' };

/**
 * Records money an operator has seen in the account, by its reference or, when exactly one reference was sent for
 * it, by its order. Money under a reference nobody sent goes to suspense.
 */
export async function confirmUpi(
  deps: Deps,
  seen: { orderId?: string; reference?: string; amount: number; paidAt: Date; actor: string },
): Promise<ConfirmOutcome> {
  const sent = await claimsFor(seen);
  const [claim, other] = sent;
  if (other) return { kind: 'ambiguous' };
  const reference = claim?.reference ?? seen.reference;
  if (!reference) return { kind: 'unknown' };
  const order = claim?.orderId ?? seen.orderId;
  const currency = claim?.currency ?? (seen.orderId ? (await orderById(seen.orderId))?.currency : undefined) ?? 'INR';
  return recordPaymentEvent(deps, {
    provider: 'upi',
    eventId: `seen:${reference}`,
    paymentId: reference,
    kind: 'paid',
    ...(order ? { orderId: order } : {}),
    amount: seen.amount,
    currency,
    paidAt: seen.paidAt,
  });
}

async function claimsFor(seen: { orderId?: string; reference?: string }): Promise<PaymentDoc[]> {
  if (seen.reference) {
    const found = await payments().findOne({ _id: `upi:${seen.reference}` });
    return found ? [found as PaymentDoc] : [];
  }
  if (!seen.orderId) return [];
  return (await payments()
    .find({ orderId: seen.orderId, provider: 'upi', state: 'claimed' })
    .toArray()) as PaymentDoc[];
}
