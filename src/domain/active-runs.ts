import { briefly } from '#lib/briefly';
import { ActiveRun, type ActiveRunDoc, type ListName } from '#models/active-run';
import type { Deps } from './deps.ts';

export { LISTS, type ListName } from '#models/active-run';

/** Names the run that readers see, per list; a list nobody published yet is missing. */
export type ActiveLists = ActiveRunDoc['lists'];

const KEPT_MS = 1_000;
const pointer = briefly<ActiveLists>(KEPT_MS);

/** Reads which run each list shows, at most a second old. Read it once per turn and pass it on. */
export async function activeLists(_deps: Pick<Deps, 'clock'>): Promise<ActiveLists> {
  return pointer.get(ActiveRun.db.name, async () => (await ActiveRun.findById('active').lean())?.lists ?? {});
}

/** Forgets what is kept of the pointer, so that the next reading asks the database. */
export function forgetActiveLists(): void {
  pointer.forget();
}

/** Is what one run wants readers to see of one list. */
export interface Publication {
  readonly list: ListName;
  readonly runId: string;
  /** True when the gate let only the simple list through. */
  readonly simple: boolean;
}

/**
 * Stamps the pointer with a worker's fence, so that a worker with an older one can no longer publish.
 * Returns false when a newer fence is there already.
 */
export async function stampPublisher(fence: number): Promise<boolean> {
  await ActiveRun.updateOne(
    { _id: 'active' },
    { $setOnInsert: { fence: 0, lists: {}, previous: {} } },
    { upsert: true },
  );
  const { matchedCount } = await ActiveRun.updateOne({ _id: 'active', fence: { $lte: fence } }, { $set: { fence } });
  return matchedCount === 1;
}

/** Switches readers to new runs, list by list, in one update; refused (false) when the fence is no longer ours. */
export async function publishLists(fence: number, publications: readonly Publication[], at: Date): Promise<boolean> {
  if (publications.length === 0) return true;
  const before = await ActiveRun.findById('active').lean();
  const set: Record<string, unknown> = {};
  for (const { list, runId, simple } of publications) {
    set[`lists.${list}`] = { runId, at, simple };
    const old = before?.lists[list];
    if (old && old.runId !== runId) set[`previous.${list}`] = old;
  }
  const { matchedCount } = await ActiveRun.updateOne({ _id: 'active', fence }, { $set: set });
  forgetActiveLists();
  return matchedCount === 1;
}
