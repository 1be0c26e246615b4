import { ActiveRun } from '#models/active-run';
import { Run } from '#models/run';
import { deleteResults } from './write-results.ts';

/** Deletes the rows of every ended run that no pointer names, neither now nor as the one before. */
export async function pruneRuns(): Promise<{ readonly pruned: number }> {
  const pointer = await ActiveRun.findById('active').lean();
  const published = [...Object.values(pointer?.lists ?? {}), ...Object.values(pointer?.previous ?? {})];
  const named = published.map((run) => run.runId);
  const old = await Run.find({ _id: { $nin: named }, state: { $nin: ['running', 'pruned'] } }, { _id: 1 }).lean();
  const ids = old.map((run) => run._id);
  if (ids.length === 0) return { pruned: 0 };
  await deleteResults(ids);
  await Run.updateMany({ _id: { $in: ids } }, { $set: { state: 'pruned' } });
  return { pruned: ids.length };
}
