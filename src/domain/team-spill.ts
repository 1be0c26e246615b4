import { insertOnce } from '#lib/mongo';
import { derivedId } from '#lib/random';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { PaymentMethod } from '#ports/payment';
import { dealById } from './deals.ts';
import type { Deps } from './deps.ts';
import { claimSeat, dropClaim, refuseAttempt } from './seat-claims.ts';
import { dropStock, holdStock } from './stock.ts';
import { returnCredit, takeExactly } from './team-credit.ts';
import { newTeam } from './team-new.ts';
import { readTeam, seatEvent, teams } from './team-store.ts';

/** A new team needs at least this long before its deal ends. */
const LEAST_LEFT_MS = 3600_000;

/** Names the team and the seating that a payment leads to when its own team was full. */
export function spillIds(paymentKey: string): { teamId: string; attempt: string } {
  return { teamId: derivedId('t', 'spill', paymentKey), attempt: derivedId('a', 'spill', paymentKey) };
}

/** Tells whether the deal allows her a new team now: it runs, an hour is left and there is stock. */
export async function canSpill(deps: Deps, team: TeamDoc): Promise<boolean> {
  if (team.kind !== 'team') return false;
  const view = await dealById(deps, team.dealId);
  if (view?.deal.state !== 'live') return false;
  const left = view.deal.endsAt.getTime() - deps.clock.now().getTime();
  return left >= LEAST_LEFT_MS && view.deal.stock.free >= team.size * team.unitsPerSeat;
}

/** Opens a new team for money that came too late for its own, at her price. False when that is not possible. */
export async function spillOver(deps: Deps, from: TeamDoc, seat: TeamSeat, paymentKey: string): Promise<boolean> {
  const ids = spillIds(paymentKey);
  const seating = { ...ids, dealId: from.dealId, customerId: seat.customerId };
  if (await isThere(ids)) return true;
  if ((await claimSeat(deps, seating)).kind === 'held') return false;
  const team = await leadTeam(deps, from, seat, paymentKey);
  const use = { ...ids, customerId: seat.customerId, orderId: seat.orderId, currency: from.currency };
  const ready =
    team !== null &&
    (await takeExactly(deps, use, seat.credit)) &&
    (await holdStock(from.dealId, ids.teamId, team.unitsHeld, deps.clock.now())) &&
    (await insertOnce(() => teams().insertOne(team)));
  if (ready || (await isThere(ids))) return true;
  return !(await undoSpill(deps, from, seat, paymentKey));
}

/** Makes sure that no new team comes of a payment any more; false when it is there already. */
export async function undoSpill(deps: Deps, from: TeamDoc, seat: TeamSeat, paymentKey: string): Promise<boolean> {
  const ids = spillIds(paymentKey);
  if (!(await refuseAttempt({ ...ids, dealId: from.dealId }))) return false;
  await dropStock(from.dealId, ids.teamId);
  await returnCredit(deps, seat.customerId, ids.attempt);
  await dropClaim(from.dealId, seat.customerId, ids.attempt);
  return true;
}

async function isThere({ teamId, attempt }: { teamId: string; attempt: string }): Promise<boolean> {
  const team = await readTeam(teamId);
  return [...(team?.seats ?? []), ...(team?.past ?? [])].some((seat) => seat.attempt === attempt);
}

/** Builds the new team: open at once, because its leader has paid. */
async function leadTeam(deps: Deps, from: TeamDoc, old: TeamSeat, paymentKey: string): Promise<TeamDoc | null> {
  const view = await dealById(deps, from.dealId);
  if (!view) return null;
  const deal = { ...view.deal, teamPrice: old.unitPrice, ladder: from.ladder };
  const request = {
    commandId: paymentKey,
    customerId: old.customerId,
    units: old.units,
    method: old.method as PaymentMethod,
    spill: old.spill,
    expectPrice: old.unitPrice,
    kind: 'team' as const,
    ...(old.place ? { place: old.place } : {}),
    ...(old.sharerId ? { sharerId: old.sharerId } : {}),
  };
  const team = newTeam(deps, deal, request, { ...spillIds(paymentKey), orderId: old.orderId }, old.credit);
  const now = deps.clock.now();
  const { holdUntil: _hold, ...fresh } = team.seats[0] as TeamSeat;
  const seat: TeamSeat = { ...fresh, state: 'paid', rev: old.rev + 1, countedAt: now, paymentKey };
  return {
    ...team,
    state: 'open',
    seats: [seat],
    counted: 1,
    openedAt: now,
    expiresAt: new Date(Math.min(now.getTime() + team.windowMs, team.dealEndsAt.getTime())),
    events: [seatEvent(deps, 'counted', seat), seatEvent(deps, 'opened', seat, { spilled: true })],
  };
}
