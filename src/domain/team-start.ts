import type { DealDoc } from '#models/deal';
import type { TeamDoc } from '#models/team';
import { dealById } from './deals.ts';
import type { Deps } from './deps.ts';
import { claimSeat, dropClaim, refuseAttempt } from './seat-claims.ts';
import { dropStock, holdStock, whyNoStock } from './stock.ts';
import { returnCredit, takeCredit } from './team-credit.ts';
import { seated } from './team-join.ts';
import { overLimit } from './team-limits.ts';
import { codSeats, newTeam, priceOf, teamShape } from './team-new.ts';
import { firstOutcome, keepOutcome } from './team-outcome.ts';
import { type CommandIds, idsOfCommand, insertTeam, MOST_ATTEMPTS, readTeam, seatOfOrder } from './team-store.ts';
import type { JoinOutcome, Refusal, StartRequest } from './team-types.ts';

/** Starts a team as its leader, or buys alone in a team of one. */
export async function startTeam(deps: Deps, request: StartRequest): Promise<JoinOutcome> {
  if (!Number.isSafeInteger(request.units) || request.units < 1) throw new Error('start: units must be 1 or more');
  const [before, view, next] = await Promise.all([
    firstOutcome(request.commandId),
    dealById(deps, request.dealId),
    nextIds(request.commandId),
  ]);
  if (before) return before;
  const outcome = view ? await start(deps, view.deal, request, next) : ({ kind: 'deal-over' } as const);
  return keepOutcome(deps, request.commandId, outcome);
}

interface Next {
  readonly ids: CommandIds;
  readonly team: TeamDoc | null;
}

async function start(deps: Deps, deal: DealDoc, request: StartRequest, next: Next): Promise<JoinOutcome> {
  const { ids, team: there } = next;
  const had = there && seatOfOrder(there, ids.orderId);
  if (there && had) return seated(deps, there, had);
  const refusal = whyNoTeam(deps, deal, request);
  if (refusal) return refusal;
  const { customerId } = request;
  const seating = { dealId: deal._id, customerId, attempt: ids.attempt, teamId: ids.teamId };
  const claim = await claimSeat(deps, seating);
  if (claim.kind === 'held') return { kind: 'already-in', teamId: claim.teamId };
  const limited = await overLimit({ ...deal, dealId: deal._id }, request, ids.attempt);
  if (limited) return giveUp(deps, deal, request, ids, limited);
  const { unitsHeld } = teamShape(deps, deal, request.kind, request.units);
  if (!(await holdStock(deal._id, ids.teamId, unitsHeld, deps.clock.now())))
    return giveUp(deps, deal, request, ids, { kind: await whyNoStock(deal._id, deps.clock.now()) });
  const use = { customerId, orderId: ids.orderId, attempt: ids.attempt, currency: deal.currency };
  const credit = request.useCredit ? await takeCredit(deps, use, priceOf(deal, request.kind) * request.units) : 0;
  const team = newTeam(deps, deal, request, ids, credit);
  const seat = team.seats[0];
  if (seat && (await insertTeam(team))) return seated(deps, team, seat);
  return giveUp(deps, deal, request, ids, { kind: 'sold-out' });
}

/** Names the team of the next try: one that was cut off and swept away never comes any more. */
async function nextIds(commandId: string): Promise<Next> {
  for (let tries = 1; ; tries++) {
    const ids = idsOfCommand(commandId, tries);
    const team = await readTeam(ids.teamId);
    if (tries === MOST_ATTEMPTS || !team?.refused.includes(ids.attempt)) return { ids, team };
  }
}

async function teamOf(ids: CommandIds) {
  const team = await readTeam(ids.teamId);
  const seat = team && seatOfOrder(team, ids.orderId);
  return team && seat ? { team, seat } : null;
}

function whyNoTeam(deps: Deps, deal: DealDoc, request: StartRequest): Refusal | null {
  const now = deps.clock.now();
  if (deal.state !== 'live' || deal.startsAt > now || deal.endsAt <= now) return { kind: 'deal-over' };
  const unitPrice = priceOf(deal, request.kind);
  if (unitPrice !== request.expectPrice) return { kind: 'price-changed', unitPrice };
  const max =
    request.kind === 'solo' ? deal.maxUnitsPerCustomer : Math.min(deal.unitsPerSeat, deal.maxUnitsPerCustomer);
  if (request.units > max) return { kind: 'limit', max };
  const cod = request.method === 'cod';
  if (cod && (!deal.cod || codSeats(request.kind === 'solo' ? 1 : deal.size) < 1)) return { kind: 'cod-full' };
  return null;
}

/** Ends a start that made no team: the team can never come, then stock, credit and the row go back. */
async function giveUp(
  deps: Deps,
  deal: DealDoc,
  request: StartRequest,
  ids: CommandIds,
  why: Refusal,
): Promise<JoinOutcome> {
  const refused = await refuseAttempt({ dealId: deal._id, attempt: ids.attempt, teamId: ids.teamId });
  const there = refused ? null : await teamOf(ids);
  if (there) return seated(deps, there.team, there.seat);
  await dropStock(deal._id, ids.teamId);
  if (request.useCredit) await returnCredit(deps, request.customerId, ids.attempt);
  await dropClaim(deal._id, request.customerId, ids.attempt);
  return why;
}
