import { nativeCollection } from '#lib/mongo';
import { Deal, type DealDoc } from '#models/deal';
import { Order } from '#models/order';
import { COUNTED_SEATS, LIVE_SEATS, Team, type TeamDoc } from '#models/team';
import { type Check, violations } from './doctor-check.ts';

const LIVE_TEAMS = ['forming', 'open'] as const;
const isOneOf = (states: readonly string[], state: string) => states.includes(state);

/** Collects what a look at every team finds, one team at a time. */
async function everyTeam(find: (team: TeamDoc) => string | null): Promise<string[]> {
  const found: string[] = [];
  for await (const team of nativeCollection(Team).find({})) {
    const problem = find(team as TeamDoc);
    if (problem) found.push(`${team._id}: ${problem}`);
  }
  return found;
}

function seatsProblem(team: TeamDoc): string | null {
  const counted = team.seats.filter(({ state }) => isOneOf([...COUNTED_SEATS, 'confirmed'], state)).length;
  if (counted > team.size) return `${counted} counted seats in a team of ${team.size}`;
  if (isOneOf(LIVE_TEAMS, team.state) && counted !== team.counted) return `counts ${team.counted}, has ${counted}`;
  if (team.free < 0) return `${team.free} free seats`;
  return null;
}

function leaderProblem(team: TeamDoc): string | null {
  const members = team.seats.filter(({ state }) => isOneOf([...LIVE_SEATS, 'confirmed'], state));
  if (!isOneOf(LIVE_TEAMS, team.state)) return null;
  if (members.length > 0 && !team.leaderId) return `${members.length} members and no leader`;
  if (members.length === 0 && team.leaderId && team.state === 'open') return 'a leader and no members';
  const leads = members.some(({ customerId }) => customerId === team.leaderId);
  return members.length > 0 && !leads ? 'its leader is not a member' : null;
}

/** Checks seats, leaders, clocks and stock. */
export const teamChecks: readonly Check[] = [
  {
    id: 'I1',
    what: 'counted and confirmed seats are at most the size of their team',
    find: async () => violations(await everyTeam(seatsProblem)),
  },
  {
    id: 'I2',
    what: 'nobody has two live seats of one deal',
    find: async () => {
      const rows = await nativeCollection(Team)
        .aggregate<{ _id: { dealId: string; customerId: string }; seats: number }>([
          { $match: { state: { $in: [...LIVE_TEAMS] } } },
          { $unwind: '$seats' },
          { $match: { 'seats.state': { $in: [...LIVE_SEATS] } } },
          { $group: { _id: { dealId: '$dealId', customerId: '$seats.customerId' }, seats: { $sum: 1 } } },
          { $match: { seats: { $gt: 1 } } },
        ])
        .toArray();
      return violations(rows.map(({ _id, seats }) => `${_id.customerId} has ${seats} live seats of ${_id.dealId}`));
    },
  },
  {
    id: 'I4',
    what: 'an order that was confirmed belongs to a team that succeeded',
    find: async () => {
      const orders = await Order.find({ source: 'chat', confirmedAt: { $exists: true } }, { teamId: 1 }).lean();
      const ids = [...new Set(orders.flatMap(({ teamId }) => (teamId ? [teamId] : [])))];
      const succeeded = await Team.distinct('_id', { _id: { $in: ids }, state: 'succeeded' });
      const known = new Set<string>(succeeded.map(String));
      const lost = orders.filter(({ teamId }) => !teamId || !known.has(teamId));
      return violations(lost.map(({ _id, teamId }) => `order ${_id} was confirmed, team ${teamId} did not succeed`));
    },
  },
  {
    id: 'I6',
    what: 'stock is never below zero and adds up: free, sold and held by running teams',
    find: async () => {
      const deals = await Deal.find().lean<DealDoc[]>();
      const holders = [...new Set(deals.flatMap(({ stock }) => stock.holds.map(({ teamId }) => teamId)))];
      const ended = new Set<string>(
        (await Team.distinct('_id', { _id: { $in: holders }, state: { $nin: [...LIVE_TEAMS] }, events: [] })).map(
          String,
        ),
      );
      return violations(deals.flatMap((deal) => stockProblems(deal, ended)));
    },
  },
  {
    id: 'I7',
    what: 'no running team is older than its clock, grace and one sweep',
    find: async (deps) => {
      const now = deps.clock.now().getTime();
      return violations(
        await everyTeam((team) => {
          if (team.state !== 'open' || !team.expiresAt) return null;
          const claimed = team.seats.some(({ state }) => state === 'claimed');
          const grace = claimed ? Math.max(team.graceMs, team.proofGraceMs) : team.graceMs;
          const due = team.expiresAt.getTime() + grace + 2 * deps.rulesOf(team.market).sweepMs;
          return now > due ? `should have ended by ${new Date(due).toISOString()}` : null;
        }),
      );
    },
  },
  {
    id: 'I11',
    what: 'a running team has a leader exactly when it has members, and she is one of them',
    find: async () => violations(await everyTeam(leaderProblem)),
  },
];

function stockProblems({ _id, stock }: DealDoc, ended: ReadonlySet<string>): string[] {
  const held = stock.holds.reduce((sum, { units }) => sum + units, 0);
  const problems: string[] = [];
  if (stock.free < 0) problems.push(`deal ${_id}: ${stock.free} free units`);
  if (stock.free + stock.sold + held !== stock.total) {
    problems.push(`deal ${_id}: ${stock.free} free + ${stock.sold} sold + ${held} held is not ${stock.total}`);
  }
  for (const { teamId, units } of stock.holds) {
    if (ended.has(teamId)) problems.push(`deal ${_id}: team ${teamId} has ended and still holds ${units}`);
  }
  return problems;
}
