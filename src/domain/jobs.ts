import { isDeadLocalOwner } from '#lib/owner';
import { Job, type JobDoc } from '#models/job';
import type { Deps } from './deps.ts';

/** Is the right to run a job for as long as it is renewed. Writes that matter carry `fence` in their filters. */
export interface JobLease {
  readonly job: string;
  readonly fence: number;
  /** True once somebody else may have the job; long work looks at it between steps. */
  readonly lost: () => boolean;
}

/** Says whether the work was done, or who does it already. */
export type JobOutcome<T> =
  | { readonly kind: 'done'; readonly result: T; readonly fence: number; readonly recorded: boolean }
  | { readonly kind: 'held'; readonly by: string };

export interface JobRun {
  readonly job: string;
  readonly owner: string;
  /** System time without renewal after which somebody else may take the job. */
  readonly leaseMs: number;
  /** The instant (business time) the job has served once this work is done. */
  readonly servedUntil?: Date;
  /** Only if the job has served up to exactly this instant; undefined in a job never served. */
  readonly after?: Date | undefined;
}

/** Reads what is known of a job; null when it never ran. */
export async function readJob(job: string): Promise<JobDoc | null> {
  return Job.findById(job).lean<JobDoc>();
}

/** Lists all jobs with their last runs. */
export async function listJobs(): Promise<JobDoc[]> {
  return Job.find({}).sort({ _id: 1 }).lean<JobDoc[]>();
}

/** Makes a job that was never served start to count at an instant, so that nothing before it is made up for. */
export async function startCountingFrom(job: string, at: Date): Promise<void> {
  await Job.updateOne({ _id: job }, { $setOnInsert: { fence: 0 } }, { upsert: true });
  await Job.updateOne({ _id: job, servedUntil: { $exists: false } }, { $set: { servedUntil: at } });
}

/**
 * Runs work under the job's lease, renewed at a third of its time; nobody else runs it meanwhile. What the work throws
 * is recorded and thrown on. The end is recorded only while the fence is still ours.
 */
export async function withJob<T>(
  deps: Deps,
  run: JobRun,
  work: (lease: JobLease) => Promise<T>,
): Promise<JobOutcome<T>> {
  const taken = await takeJob(deps, run);
  if (taken.kind === 'held') return taken;
  const { fence } = taken;
  let lost = false;
  const renew = setInterval(() => {
    renewJob(deps, run, fence).then(
      (kept) => {
        lost ||= !kept;
      },
      (error: unknown) => deps.log.warn({ error, job: run.job }, 'a lease could not be renewed'),
    );
  }, run.leaseMs / 3);
  renew.unref();
  try {
    const result = await work({ job: run.job, fence, lost: () => lost });
    const recorded = await endJob(deps, run, fence, { lastResult: result });
    return { kind: 'done', result, fence, recorded };
  } catch (error) {
    await Job.updateOne(
      { _id: run.job, fence },
      { $set: { lastError: String(error), lastEnd: deps.clock.now() }, $unset: { lease: 1 } },
    );
    throw error;
  } finally {
    clearInterval(renew);
  }
}

async function takeJob(
  deps: Deps,
  run: JobRun,
): Promise<{ kind: 'taken'; fence: number } | { kind: 'held'; by: string }> {
  await Job.updateOne({ _id: run.job }, { $setOnInsert: { fence: 0 } }, { upsert: true });
  const known = await Job.findById(run.job).lean<JobDoc>();
  const lease = known?.lease;
  const free = !lease || lease.until.getTime() <= deps.clock.system() || isDeadLocalOwner(lease.owner, run.owner);
  if (!known || !free) return { kind: 'held', by: lease?.owner ?? '?' };
  const served = 'after' in run ? { servedUntil: run.after ?? { $exists: false } } : {};
  const { modifiedCount } = await Job.updateOne(
    { _id: run.job, fence: known.fence, ...served },
    { $inc: { fence: 1 }, $set: { lease: leaseOf(deps, run), lastStart: deps.clock.now() } },
  );
  return modifiedCount === 1 ? { kind: 'taken', fence: known.fence + 1 } : { kind: 'held', by: 'another worker' };
}

async function renewJob(deps: Deps, run: JobRun, fence: number): Promise<boolean> {
  const { matchedCount } = await Job.updateOne({ _id: run.job, fence }, { $set: { lease: leaseOf(deps, run) } });
  return matchedCount === 1;
}

async function endJob(deps: Deps, run: JobRun, fence: number, facts: Partial<JobDoc>): Promise<boolean> {
  const served = run.servedUntil ? { servedUntil: run.servedUntil } : {};
  const { matchedCount } = await Job.updateOne(
    { _id: run.job, fence },
    { $set: { ...facts, ...served, lastEnd: deps.clock.now() }, $unset: { lease: 1, lastError: 1 } },
  );
  return matchedCount === 1;
}

function leaseOf(deps: Deps, { owner, leaseMs }: JobRun) {
  return { owner, until: new Date(deps.clock.system() + leaseMs) };
}
