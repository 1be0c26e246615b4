import { nativeCollection } from '#lib/mongo';
import { Team, type TeamDoc } from '#models/team';

const AT_ONCE = 200;

/** Looks at teams in batches and gathers what is found wrong with them. */
export async function walkTeams(
  filter: object,
  look: (teams: readonly TeamDoc[]) => readonly string[] | Promise<readonly string[]>,
): Promise<string[]> {
  const found: string[] = [];
  let batch: TeamDoc[] = [];
  const finish = async () => {
    if (batch.length > 0) found.push(...(await look(batch)));
    batch = [];
  };
  for await (const team of nativeCollection(Team).find(filter)) {
    if (batch.push(team as TeamDoc) >= AT_ONCE) await finish();
  }
  await finish();
  return found;
}

/** Looks at teams one at a time; null says that nothing is wrong. */
export function eachTeam(filter: object, look: (team: TeamDoc) => string | null): Promise<string[]> {
  return walkTeams(filter, (teams) =>
    teams.flatMap((team) => {
      const problem = look(team);
      return problem ? [`team ${team._id}: ${problem}`] : [];
    }),
  );
}

/** Matches teams all of whose rows are derived: nothing about them is still being written. */
export const SETTLED = { 'events.0': { $exists: false } } as const;
/** Matches teams whose clock, or whose leader's hold, still runs. */
export const RUNNING = { state: { $in: ['forming', 'open'] } } as const;
