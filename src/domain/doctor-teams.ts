import { nativeCollection } from '#lib/mongo';
import { SeatClaim } from '#models/seat-claim';
import { COUNTED_SEATS, LIVE_SEATS, Team, type TeamDoc, type TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import type { Check } from './doctor-check.ts';
import { eachTeam, RUNNING, SETTLED, walkTeams } from './doctor-walk.ts';

const isOneOf = (states: readonly string[], { state }: { readonly state: string }) => states.includes(state);
const isLive = (seat: TeamSeat) => isOneOf(LIVE_SEATS, seat);
const isRunning = (team: TeamDoc) => isOneOf(RUNNING.state.$in, team);

/** Checks seats, leaders and clocks. */
export const teamChecks: readonly Check[] = [
  {
    id: 'I1',
    what: 'counted and confirmed seats are at most the size of their team, and its counters say what its seats say',
    find: () => eachTeam({}, seatsProblem),
  },
  {
    id: 'I2',
    what: 'nobody has two live seats of one deal',
    find: twoSeats,
  },
  {
    id: 'I2-claims',
    what: 'every live seat has the row that keeps its holder from a second one',
    find: () => walkTeams({ ...RUNNING, ...SETTLED }, unclaimedSeats),
  },
  {
    id: 'I7',
    what: 'no running team is older than its clock, its grace and one sweep',
    find: async (deps) => {
      const now = deps.clock.now().getTime();
      return eachTeam({ state: 'open' }, (team) => overdue(deps, team, now));
    },
  },
  {
    id: 'I7-holds',
    what: 'no seat is kept for somebody who did not pay until her hold ended',
    find: async (deps) => {
      const now = deps.clock.now().getTime();
      return eachTeam(RUNNING, (team) => overheld(deps, team, now));
    },
  },
  {
    id: 'I11',
    what: 'a running team has a leader exactly when it has members, and she is one of them',
    find: () => eachTeam(RUNNING, leaderProblem),
  },
];

function seatsProblem(team: TeamDoc): string | null {
  const counted = team.seats.filter((seat) => isOneOf([...COUNTED_SEATS, 'confirmed'], seat)).length;
  if (counted > team.size) return `${counted} counted seats in a team of ${team.size}`;
  if (team.seats.length > team.size) return `${team.seats.length} seats in a team of ${team.size}`;
  if (team.free < 0) return `${team.free} free seats`;
  if (team.codFree < 0) return `${team.codFree} free seats for cash on delivery`;
  if (!isRunning(team)) return null;
  if (counted !== team.counted) return `counts ${team.counted}, has ${counted}`;
  const free = team.size - team.seats.length;
  return free === team.free ? null : `says ${team.free} free seats, has ${free}`;
}

async function twoSeats(): Promise<string[]> {
  const rows = await nativeCollection(Team)
    .aggregate<{ _id: { dealId: string; customerId: string }; seats: number }>([
      { $match: { state: { $in: [...RUNNING.state.$in] } } },
      { $unwind: '$seats' },
      { $match: { 'seats.state': { $in: [...LIVE_SEATS] } } },
      { $group: { _id: { dealId: '$dealId', customerId: '$seats.customerId' }, seats: { $sum: 1 } } },
      { $match: { seats: { $gt: 1 } } },
    ])
    .toArray();
  return rows.map(({ _id, seats }) => `${_id.customerId} has ${seats} live seats of ${_id.dealId}`);
}

/** Two seats of one person share one row, so that only the deal and the customer are asked for. */
async function unclaimedSeats(teams: readonly TeamDoc[]): Promise<string[]> {
  const seats = teams.flatMap(({ _id, dealId, seats: all }) =>
    all.filter(isLive).map((seat) => ({ teamId: _id, orderId: seat.orderId, claim: `${dealId}:${seat.customerId}` })),
  );
  const claims = await SeatClaim.find({ _id: { $in: seats.map(({ claim }) => claim) } }, { _id: 1 }).lean();
  const claimed = new Set(claims.map(({ _id }) => _id));
  return seats
    .filter(({ claim }) => !claimed.has(claim))
    .map(({ teamId, orderId, claim }) => `team ${teamId}: the seat of order ${orderId} has no row ${claim}`);
}

/** After a start nothing expires before one more grace, because payments may have come while nobody listened. */
function overdue(deps: Deps, team: TeamDoc, now: number): string | null {
  if (!team.expiresAt) return 'runs without a clock';
  const claimed = team.seats.some(({ state }) => state === 'claimed');
  const grace = claimed ? Math.max(team.graceMs, team.proofGraceMs) : team.graceMs;
  const due = team.expiresAt.getTime() + grace + team.graceMs + 2 * deps.rulesOf(team.market).sweepMs;
  return now > due ? `should have ended by ${new Date(due).toISOString()}` : null;
}

function overheld(deps: Deps, team: TeamDoc, now: number): string | null {
  const slack = 2 * deps.rulesOf(team.market).sweepMs;
  const late = team.seats.filter(({ state, holdUntil, claimedAt }) => {
    if (state === 'reserved') return holdUntil && now > holdUntil.getTime() + slack;
    const from = team.expiresAt ?? claimedAt;
    return state === 'claimed' && from && now > from.getTime() + team.proofGraceMs + slack;
  });
  return late.length > 0 ? `still keeps the seats of ${late.map(({ orderId }) => orderId).join(', ')}` : null;
}

function leaderProblem(team: TeamDoc): string | null {
  const members = team.seats.filter(isLive);
  if (members.length === 0) return team.leaderId ? 'a leader and no members' : null;
  if (!team.leaderId) return `${members.length} members and no leader`;
  return members.some(({ customerId }) => customerId === team.leaderId) ? null : 'its leader is not a member';
}
