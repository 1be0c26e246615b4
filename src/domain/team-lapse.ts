import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { changeTeam, seatEvent, teamEvent } from './team-store.ts';

/** Lists the seats whose hold ran out, or whose sent reference nobody has confirmed in time. */
export function lapsedSeats(team: TeamDoc, now: Date): TeamSeat[] {
  return team.seats.filter((seat) => {
    const end = lapseOf(team, seat);
    return end !== null && end <= now;
  });
}

/** Tells when an uncounted seat is given back by itself; null for one that is not. */
export function lapseOf(team: TeamDoc, seat: TeamSeat): Date | null {
  if (seat.state === 'reserved' && seat.holdUntil) return seat.holdUntil;
  if (seat.state !== 'claimed' || !seat.claimedAt) return null;
  const from = team.expiresAt ?? seat.claimedAt;
  return new Date(from.getTime() + team.proofGraceMs);
}

/**
 * Gives lapsed seats back in one update; a team whose leader never paid is abandoned. False when there was nothing to
 * give back or the team changed meanwhile.
 */
export async function releaseLapsed(deps: Deps, team: TeamDoc): Promise<boolean> {
  const lapsed = lapsedSeats(team, deps.clock.now());
  if (lapsed.length === 0) return false;
  if (team.state === 'forming') return abandonTeam(deps, team);
  if (team.state !== 'open') return false;
  return releaseSeats(deps, team, lapsed, 'hold-over');
}

/** Gives uncounted seats back in one update; false when the team changed meanwhile. */
export function releaseSeats(deps: Deps, team: TeamDoc, seats: readonly TeamSeat[], reason: string): Promise<boolean> {
  const released = seats.map(releasedSeat);
  const gone = new Set(seats.map((seat) => seat.attempt));
  return changeTeam(
    { _id: team._id, rev: team.rev, state: 'open' },
    {
      $set: { seats: team.seats.filter((seat) => !gone.has(seat.attempt)) },
      $push: {
        past: { $each: released },
        events: { $each: released.map((seat) => seatEvent(deps, 'released', seat, { reason })) },
      } as never,
      $inc: { free: seats.length, codFree: seats.filter((seat) => seat.method === 'cod').length },
    },
  );
}

/** Ends a team whose leader's hold ran out. */
function abandonTeam(deps: Deps, team: TeamDoc): Promise<boolean> {
  const seats = team.seats.map(releasedSeat);
  return changeTeam(
    { _id: team._id, rev: team.rev, state: 'forming' },
    {
      $set: { state: 'abandoned', seats: [], free: 0, endedAt: deps.clock.now() },
      $unset: { leaderId: '' },
      $push: { past: { $each: seats }, events: teamEvent(deps, 'abandoned', seats) } as never,
    },
  );
}

/** Makes of an uncounted or agreed seat one that was given back. */
export function releasedSeat(seat: TeamSeat): TeamSeat {
  const { holdUntil: _hold, ...rest } = seat;
  return { ...rest, state: 'released', rev: seat.rev + 1 };
}
