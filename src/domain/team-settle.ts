import { nativeCollection } from '#lib/mongo';
import { Customer } from '#models/customer';
import { Product } from '#models/product';
import type { TeamDoc } from '#models/team';
import type { Deps } from './deps.ts';
import type { Share } from './notices.ts';
import { maskedName } from './person-labels.ts';
import { teamLinkOf } from './referrals.ts';
import { noRows, writeDerived } from './team-derived.ts';
import { addRows, type RowFacts } from './team-rows.ts';
import { readTeam, teams, writeTeams } from './team-store.ts';

/** Younger events are still being settled by whoever made them. Milliseconds of system time. */
const OLD_MS = 10_000;

/** Derives all rows of a team's events and takes the events away; may run any number of times. */
export async function settleTeam(deps: Deps, teamId: string): Promise<TeamDoc | null> {
  const team = await readTeam(teamId);
  if (!team || team.events.length === 0) return team;
  const facts = await factsOf(deps, team);
  const rows = noRows();
  for (const event of team.events) addRows(deps, rows, team, event, facts);
  await writeDerived(deps, team, rows);
  const keys = team.events.map((event) => event.key);
  await writeTeams([{ updateOne: { filter: { _id: teamId }, update: { $pull: { events: { key: { $in: keys } } } } } }]);
  return team;
}

/** Settles the teams whose events somebody left behind; one that fails does not keep the others waiting. */
export async function settleOldTeams(deps: Deps, olderThanMs = OLD_MS): Promise<number> {
  const before = new Date(deps.clock.system() - olderThanMs);
  const left = await teams()
    .find({ 'events.pushedAt': { $lte: before } }, { projection: { _id: 1 } })
    .limit(500)
    .toArray();
  let settled = 0;
  for (const { _id } of left) {
    try {
      await settleTeam(deps, _id);
      settled += 1;
    } catch (error) {
      deps.log.error({ error, team: _id }, 'a team could not be settled; it is tried again');
    }
  }
  return settled;
}

/** Reads only what these events need: the product always, names and links where somebody is told them. */
async function factsOf(deps: Deps, team: TeamDoc): Promise<RowFacts> {
  const told = team.events.some(({ kind }) => kind !== 'reserved' && kind !== 'claimed' && kind !== 'authorised');
  if (!told) return { product: { names: {} }, nameOf: () => '', shareOf: () => ({ link: '', join: '' }) };
  const sharers = team.events.flatMap(({ kind, seat }) =>
    seat && (kind === 'opened' || kind === 'leader-changed') ? [seat.customerId] : [],
  );
  const joined = team.events.flatMap(({ kind, seat }) => (seat && kind === 'counted' ? [seat.customerId] : []));
  const [product, names, shares] = await Promise.all([
    nativeCollection(Product).findOne({ _id: team.productId }, { projection: { names: 1 } }),
    namesOf(team.size === 1 ? [] : joined),
    sharesOf(deps, team, sharers),
  ]);
  return {
    product: { names: product?.names ?? { en: team.productId } },
    nameOf: (id) => names.get(id) ?? '…',
    shareOf: (id) => shares.get(id) ?? { link: '', join: '' },
  };
}

async function namesOf(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const people = await nativeCollection(Customer)
    .find({ _id: { $in: [...ids] } }, { projection: { name: 1, 'addresses.mask': 1 } })
    .toArray();
  return new Map(people.map((person) => [person._id, maskedName(person as never)]));
}

async function sharesOf(deps: Deps, team: TeamDoc, ids: readonly string[]): Promise<Map<string, Share>> {
  const links = ids.map(async (id): Promise<[string, Share]> => {
    const { link, text } = await teamLinkOf(deps, team.code, id);
    return [id, { link, join: text }];
  });
  return new Map(await Promise.all(links));
}
