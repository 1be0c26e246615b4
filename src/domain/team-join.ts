import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { recordPaymentEvent } from './payment-record.ts';
import { claimSeat, dropClaim, refuseAttempt } from './seat-claims.ts';
import { guardedBy, type TeamCondition } from './team-conditions.ts';
import { returnCredit, takeCredit } from './team-credit.ts';
import { otherTeam } from './team-find.ts';
import { releaseLapsed } from './team-lapse.ts';
import { overLimit } from './team-limits.ts';
import { newSeat } from './team-new.ts';
import { firstOutcome, keepOutcome, reservedOutcome, whyNot } from './team-outcome.ts';
import { settleTeam } from './team-settle.ts';
import { changeTeam, idsOfCommand, nextAttempt, readTeam, seatEvent, seatOfOrder } from './team-store.ts';
import type { JoinOutcome, JoinRequest, Refusal } from './team-types.ts';

/** Is what a join works with beside its request. */
interface Joining {
  readonly attempt: string;
  readonly orderId: string;
  readonly leftOut?: TeamCondition;
}

/**
 * Takes a seat in an open team. Whoever gets none gets an answer that helps to go on. `leftOut` is for race tests,
 * which must see the damage without that condition.
 */
export async function joinTeam(deps: Deps, request: JoinRequest, leftOut?: TeamCondition): Promise<JoinOutcome> {
  if (!Number.isSafeInteger(request.units) || request.units < 1) throw new Error('join: units must be 1 or more');
  const [before, team] = await Promise.all([firstOutcome(request.commandId), readTeam(request.teamId)]);
  if (before) return before;
  if (!team) return { kind: 'closed', state: 'abandoned', other: null };
  const { orderId } = idsOfCommand(request.commandId);
  const attempt = nextAttempt(request.commandId, team.refused);
  const outcome = await takeSeat(deps, team, request, { attempt, orderId, ...(leftOut ? { leftOut } : {}) });
  return keepOutcome(deps, request.commandId, outcome);
}

async function takeSeat(deps: Deps, team: TeamDoc, request: JoinRequest, ids: Joining): Promise<JoinOutcome> {
  const had = seatOfOrder(team, ids.orderId);
  if (had) return seated(deps, team, had);
  const refusal = await whyNot(deps, team, request);
  if (refusal && !(refusal.kind === 'full' && hasLapsed(deps, team))) return refusal;
  const seating = { dealId: team.dealId, customerId: request.customerId, attempt: ids.attempt, teamId: team._id };
  const claim = await claimSeat(deps, seating);
  if (claim.kind === 'held' && ids.leftOut !== 'one-claim') return { kind: 'already-in', teamId: claim.teamId };
  const limited = await overLimit(team, request, ids.attempt);
  if (limited) return giveUp(deps, team, request, ids, limited);
  const { customerId } = request;
  const use = { customerId, orderId: ids.orderId, attempt: ids.attempt, currency: team.currency };
  const credit = request.useCredit ? await takeCredit(deps, use, team.unitPrice * request.units) : 0;
  const seat = newSeat(deps, team, request, { attempt: ids.attempt, orderId: ids.orderId }, credit);
  if ((await sitDown(deps, team, seat, ids.leftOut)) || (await sitInLapsed(deps, team, seat, ids.leftOut)))
    return seated(deps, team, seat);
  return giveUp(deps, team, request, ids, null);
}

/** Takes the seat in one update, whose filter holds everything that was believed. */
function sitDown(deps: Deps, team: TeamDoc, seat: TeamSeat, leftOut?: TeamCondition): Promise<boolean> {
  const cod = seat.method === 'cod';
  return changeTeam(
    {
      _id: team._id,
      state: 'open',
      expiresAt: { $gt: deps.clock.now() },
      ...(cod ? { codFree: { $gt: 0 } } : {}),
      ...guardedBy(
        {
          'seat-free': { free: { $gt: 0 } },
          'not-in': { 'seats.customerId': { $ne: seat.customerId } },
          'not-refused': { refused: { $ne: seat.attempt } },
        },
        leftOut,
      ),
    },
    {
      $push: { seats: seat, events: seatEvent(deps, 'reserved', seat) } as never,
      $inc: { free: -1, ...(cod ? { codFree: -1 } : {}) },
    },
  );
}

/** Gives lapsed holds back and tries once more. */
async function sitInLapsed(deps: Deps, team: TeamDoc, seat: TeamSeat, leftOut?: TeamCondition): Promise<boolean> {
  const now = await readTeam(team._id);
  if (!now || !hasLapsed(deps, now)) return false;
  if (!(await releaseLapsed(deps, now))) return false;
  return sitDown(deps, now, seat, leftOut);
}

function hasLapsed(deps: Deps, team: TeamDoc): boolean {
  const now = deps.clock.now();
  return team.seats.some((seat) => seat.state === 'reserved' && seat.holdUntil !== undefined && seat.holdUntil <= now);
}

/** Ends a join that got no seat: the team refuses the attempt for good, then the row and the credit go back. */
async function giveUp(
  deps: Deps,
  team: TeamDoc,
  request: JoinRequest,
  { attempt, orderId }: Joining,
  why: Refusal | null,
): Promise<JoinOutcome> {
  const { customerId } = request;
  const refused = await refuseAttempt({ dealId: team.dealId, attempt, teamId: team._id });
  const now = (await readTeam(team._id)) ?? team;
  if (refused && request.useCredit) await returnCredit(deps, customerId, attempt);
  if (refused) await dropClaim(team.dealId, customerId, attempt);
  const had = seatOfOrder(now, orderId);
  if (had) return seated(deps, now, had);
  return why ?? (await whyNot(deps, now, request)) ?? { kind: 'full', other: await otherTeam(deps, now) };
}

/** Derives the rows of a seat that is taken; one that credit pays whole is paid at once. */
export async function seated(deps: Deps, team: TeamDoc, seat: TeamSeat): Promise<JoinOutcome> {
  await settleTeam(deps, team._id);
  if (seat.due === 0 && seat.state === 'reserved') await payByCredit(deps, team, seat);
  return reservedOutcome(team, seat);
}

async function payByCredit(deps: Deps, team: TeamDoc, { orderId }: TeamSeat): Promise<void> {
  const paidAt = deps.clock.now();
  const event = { provider: 'credit', eventId: orderId, paymentId: orderId, kind: 'paid', orderId, paidAt } as const;
  await recordPaymentEvent(deps, { ...event, amount: 0, currency: team.currency });
}
