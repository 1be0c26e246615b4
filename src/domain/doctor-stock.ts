import { Deal, type DealDoc } from '#models/deal';
import { SeatClaim } from '#models/seat-claim';
import { Team, type TeamDoc } from '#models/team';
import type { Check } from './doctor-check.ts';
import { eachTeam, RUNNING, SETTLED, walkTeams } from './doctor-walk.ts';

/** Checks that every unit is free, sold, or held by a running team. */
export const stockChecks: readonly Check[] = [
  {
    id: 'I6',
    what: 'stock is never below zero and adds up: free, sold and held',
    find: async () => (await Deal.find().lean<DealDoc[]>()).flatMap(sumProblems),
  },
  {
    id: 'I6-holds',
    what: 'running teams hold their units, and no team that ended or never came still holds any',
    find: async () => {
      const deals = await Deal.find().lean<DealDoc[]>();
      return [...(await strayHolds(deals)), ...(await missingHolds(deals))];
    },
  },
  {
    id: 'I6-sold',
    what: 'what is sold is what the teams that succeeded bought',
    find: async () => soldProblems(await Deal.find().lean<DealDoc[]>()),
  },
];

const heldBy = ({ stock }: DealDoc) => stock.holds.reduce((sum, { units }) => sum + units, 0);

function sumProblems(deal: DealDoc): string[] {
  const { free, sold, total } = deal.stock;
  const held = heldBy(deal);
  if (free < 0) return [`deal ${deal._id}: ${free} free units`];
  if (free + sold + held === total) return [];
  return [`deal ${deal._id}: ${free} free, ${sold} sold and ${held} held are not ${total}`];
}

async function strayHolds(deals: readonly DealDoc[]): Promise<string[]> {
  const holds = deals.flatMap(({ _id, stock }) => stock.holds.map((hold) => ({ dealId: _id, ...hold })));
  const ids = holds.map(({ teamId }) => teamId);
  const [teams, onTheirWay] = await Promise.all([
    Team.find({ _id: { $in: ids } }, { state: 1, events: 1 }).lean(),
    SeatClaim.find({ teamId: { $in: ids }, seated: false }, { teamId: 1 }).lean(),
  ]);
  const teamOf = new Map(teams.map((team) => [team._id, team]));
  const coming = new Set(onTheirWay.map(({ teamId }) => teamId));
  const isRunning = (state: string) => (RUNNING.state.$in as readonly string[]).includes(state);
  return holds.flatMap(({ dealId, teamId, units }) => {
    const team = teamOf.get(teamId);
    if (coming.has(teamId) || (team && (isRunning(team.state) || team.events.length > 0))) return [];
    return [`deal ${dealId}: team ${teamId} ${team ? `is ${team.state}` : 'does not exist'} and holds ${units} units`];
  });
}

function missingHolds(deals: readonly DealDoc[]): Promise<string[]> {
  const held = new Map(deals.flatMap(({ stock }) => stock.holds.map(({ teamId, units }) => [teamId, units])));
  return eachTeam(RUNNING, ({ _id, unitsHeld }) =>
    held.get(_id) === unitsHeld ? null : `says that it holds ${unitsHeld} units, the stock says ${held.get(_id) ?? 0}`,
  );
}

async function soldProblems(deals: readonly DealDoc[]): Promise<string[]> {
  const holding = new Set(deals.flatMap(({ stock }) => stock.holds.map(({ teamId }) => teamId)));
  const sold = new Map<string, number>();
  await walkTeams({ state: 'succeeded', ...SETTLED }, (teams) => {
    for (const { _id, dealId, seats } of teams as readonly TeamDoc[])
      if (!holding.has(_id))
        sold.set(dealId, (sold.get(dealId) ?? 0) + seats.reduce((sum, { units }) => sum + units, 0));
    return [];
  });
  return deals.flatMap(({ _id, stock }) =>
    stock.sold === (sold.get(_id) ?? 0)
      ? []
      : [`deal ${_id}: ${stock.sold} sold, its teams bought ${sold.get(_id) ?? 0}`],
  );
}
