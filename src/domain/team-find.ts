import { briefly } from '#lib/briefly';
import { Team, type TeamDoc } from '#models/team';
import { idsOf } from './customers.ts';
import { shelvedDeal } from './deal-shelf.ts';
import type { Deps } from './deps.ts';
import { readTeam, teams } from './team-store.ts';
import type { TeamView } from './team-types.ts';

/** How long (ms, system time) a list may show a deal's fullest team as it was read. */
const FULLEST_MS = 500;
const fullest = briefly<TeamView | null>(FULLEST_MS);
/** Named, because some servers try every index first when they are left to choose. */
const BY_DEAL = { dealId: 1, state: 1, free: 1 } as const;

/** Lists a deal's open teams that have a seat free, fullest first; with a pin code those of that place only. */
export async function openTeamsOf(
  deps: Deps,
  dealId: string,
  where: { readonly pinCode?: string | undefined; readonly limit?: number } = {},
): Promise<TeamView[]> {
  const found = await teams()
    .find({
      dealId,
      state: 'open',
      free: { $gt: 0 },
      expiresAt: { $gt: deps.clock.now() },
      ...(where.pinCode ? { pinCode: where.pinCode } : {}),
    })
    .sort({ free: 1 })
    .hint(BY_DEAL)
    .limit(where.limit ?? 20)
    .toArray();
  return viewsOf(found as TeamDoc[]);
}

/**
 * Finds a deal's fullest open team of a place for a list, at most half a second old; whoever wants to join is answered
 * by the team itself.
 */
export function fullestTeam(deps: Deps, dealId: string, pinCode: string | undefined): Promise<TeamView | null> {
  const key = `${Team.db.name} ${dealId} ${pinCode ?? ''}`;
  return fullest.get(key, async () => (await openTeamsOf(deps, dealId, { pinCode, limit: 1 }))[0] ?? null);
}

/** Finds a team by its code, in capitals; null when there is none. */
export async function teamByCode(_deps: Deps, code: string): Promise<TeamView | null> {
  const found = await teams().findOne({ code: code.toUpperCase() });
  return oneView(found as TeamDoc | null);
}

/** Reads a team as people are shown it; null when there is none. */
export async function teamView(_deps: Deps, teamId: string): Promise<TeamView | null> {
  return oneView(await readTeam(teamId));
}

/** Lists the teams a customer sits in or sat in at their end, newest first. */
export async function teamsOfCustomer(_deps: Deps, customerId: string, limit = 20): Promise<TeamView[]> {
  const found = await teams()
    .find({ 'seats.customerId': { $in: await idsOf(customerId) } })
    .sort({ createdAt: -1 })
    .limit(limit)
    .toArray();
  return viewsOf(found as TeamDoc[]);
}

/** Finds the way on for somebody who cannot have a seat in a team: the fullest other one of the same place. */
export async function otherTeam(deps: Deps, team: TeamDoc): Promise<TeamView | null> {
  const open = await openTeamsOf(deps, team.dealId, { pinCode: team.pinCode, limit: 2 });
  return open.find((view) => view.team._id !== team._id) ?? null;
}

async function oneView(team: TeamDoc | null): Promise<TeamView | null> {
  return team ? ((await viewsOf([team]))[0] ?? null) : null;
}

/** Puts deals and products to teams; leaves out what stands for a team that never was. */
async function viewsOf(found: readonly TeamDoc[]): Promise<TeamView[]> {
  const real = found.filter((team) => team.size > 0);
  if (real.length === 0) return [];
  const views = await Promise.all(real.map(({ dealId }) => shelvedDeal(dealId)));
  return real.flatMap((team, index) => {
    const view = views[index];
    return view ? [{ team, ...view, missing: team.free }] : [];
  });
}
