import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { confirmedSeat } from './team-count.ts';
import { releasedSeat } from './team-lapse.ts';
import { changeTeam, isCounted, teamEvent } from './team-store.ts';

/** Tells when a team may be ended: its clock and the grace, longer while a sent reference is being looked at. */
export function expiryOf(team: TeamDoc): Date | null {
  if (team.state !== 'open' || !team.expiresAt) return null;
  const claimed = team.seats.some((seat) => seat.state === 'claimed');
  return new Date(team.expiresAt.getTime() + (claimed ? team.proofGraceMs : team.graceMs));
}

/** Ends a team whose time is over, in one update; false when it was not over or changed meanwhile. */
export async function expireTeam(deps: Deps, team: TeamDoc): Promise<boolean> {
  const due = expiryOf(team);
  if (!due || due > deps.clock.now()) return false;
  return reachesRung(team) ? closeLadder(deps, team) : endTeam(deps, team, 'expired');
}

/** Ends a team without success: what was paid goes back, everything else is released. */
export function endTeam(deps: Deps, team: TeamDoc, state: 'expired' | 'cancelled', reason?: string): Promise<boolean> {
  const seats = team.seats.map(endedSeat);
  return changeTeam(
    { _id: team._id, rev: team.rev, state: team.state },
    {
      $set: { state, seats, free: 0, counted: 0, endedAt: deps.clock.now() },
      $push: { events: teamEvent(deps, state, seats, reason ? { reason } : {}) } as never,
    },
  );
}

/** Makes of a seat what it is when its team fails. */
export function endedSeat(seat: TeamSeat): TeamSeat {
  return seat.state === 'paid' ? { ...seat, state: 'refund-pending', rev: seat.rev + 1 } : releasedSeat(seat);
}

function reachesRung(team: TeamDoc): boolean {
  return team.ladder.some((rung) => team.counted >= rung.members);
}

/** Closes a ladder team that has members enough for one of its rungs; seats that do not count are given back. */
function closeLadder(deps: Deps, team: TeamDoc): Promise<boolean> {
  const stay = team.seats.filter(isCounted).map(confirmedSeat);
  const gone = team.seats.filter((seat) => !isCounted(seat)).map(releasedSeat);
  return changeTeam(
    { _id: team._id, rev: team.rev, state: 'open', counted: { $gte: 1 } },
    {
      $set: { state: 'succeeded', seats: stay, counted: stay.length, free: 0, endedAt: deps.clock.now() },
      $push: { past: { $each: gone }, events: teamEvent(deps, 'succeeded', [...stay, ...gone]) } as never,
    },
  );
}

/** Tells the price per unit at close: the rung for the number of members, or the price everyone was charged. */
export function closingPrice(team: Pick<TeamDoc, 'ladder' | 'unitPrice'>, members: number): number {
  const reached = team.ladder.filter((rung) => members >= rung.members).map((rung) => rung.unitPrice);
  return Math.min(team.unitPrice, ...reached);
}
