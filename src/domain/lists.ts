import { nativeCollection } from '#lib/mongo';
import { newId } from '#lib/random';
import { ActiveRun } from '#models/active-run';
import { Factors, type FactorsDoc } from '#models/factors';
import { Recommendation, type RecommendationDoc } from '#models/recommendation';
import { Run, type RunDoc } from '#models/run';
import { SegmentMembership, type SegmentMembershipDoc } from '#models/segment-membership';
import type { Deps } from './deps.ts';

export type { FactorsDoc } from '#models/factors';
export type { RankedProduct, RecommendationDoc } from '#models/recommendation';
export type { SegmentMembershipDoc } from '#models/segment-membership';

const ROWS_PER_WRITE = 1000;

/** Starts a run and answers its id. Under the job's lease no other can be running: one that says so died. */
export async function startRun(deps: Deps, run: { readonly asOf: Date; readonly seed: number }): Promise<string> {
  const died = { state: 'failed' as const, error: 'its worker ended before it' };
  await Run.updateMany({ state: 'running' }, { $set: died });
  const _id = newId('run', deps.random);
  await Run.create({ _id, kind: 'recompute', state: 'running', startedAt: deps.clock.now(), ...run });
  return _id;
}

/** Ends a run. */
export async function endRun(
  deps: Deps,
  runId: string,
  end: Pick<RunDoc, 'state'> & Partial<Pick<RunDoc, 'gates' | 'facts' | 'error'>>,
): Promise<void> {
  await Run.updateOne({ _id: runId }, { $set: { ...end, finishedAt: deps.clock.now() } });
}

/** Is everything one market's computation writes; nobody sees it before the pointer moves. */
export interface ResultRows {
  readonly recommendations: readonly RecommendationDoc[];
  readonly memberships: readonly SegmentMembershipDoc[];
  readonly factors: FactorsDoc | null;
}

/** Inserts the rows of a run. */
export async function insertResults({ recommendations, memberships, factors }: ResultRows): Promise<void> {
  for (let from = 0; from < recommendations.length; from += ROWS_PER_WRITE)
    await nativeCollection(Recommendation).insertMany(recommendations.slice(from, from + ROWS_PER_WRITE));
  for (let from = 0; from < memberships.length; from += ROWS_PER_WRITE)
    await nativeCollection(SegmentMembership).insertMany(memberships.slice(from, from + ROWS_PER_WRITE));
  if (factors) await Factors.create(factors);
}

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

async function deleteResults(runIds: readonly string[]): Promise<void> {
  const filter = { runId: { $in: [...runIds] } };
  await Promise.all([
    Recommendation.deleteMany(filter),
    SegmentMembership.deleteMany(filter),
    Factors.deleteMany(filter),
  ]);
}
