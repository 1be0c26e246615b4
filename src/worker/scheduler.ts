import type { Deps } from '#domain/deps';
import { type JobLease, listJobs, startCountingFrom, withJob } from '#domain/jobs';
import { clockAt } from '#lib/clock';
import { lastCronTime } from './cron-times.ts';
import type { WorkerJob } from './job.ts';

/** Is a scheduler of one process. Any number of them share the jobs: each tick is run once. */
export interface Scheduler {
  /** Runs everything that fell due by business now, in the order of its instants; resolves when that is done. */
  runDue(): Promise<void>;
  /** Starts nothing more, tells long work to give up, and resolves once what runs has ended. */
  stop(): Promise<void>;
}

interface Due {
  readonly job: WorkerJob;
  readonly at: Date;
}

/** A tick this young is on time: a long job may then run beside the others. */
const ON_TIME_MS = 2 * 60_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Makes a scheduler. What is due is asked of the database in business time: up to when each job was served. Of several
 * missed times of one job the last is made up for; a job runs under its lease, and one that fails waits longer each time.
 */
export function createScheduler(deps: Deps, owner: string, jobs: readonly WorkerJob[]): Scheduler {
  const served = new Map<string, Date | undefined>();
  const beside = new Map<string, Promise<void>>();
  const patience = new Patience(() => deps.clock.system());
  const stopping = new AbortController();
  const { signal } = stopping;
  let passing: Promise<void> | undefined;
  let again = false;

  const runOne = async ({ job, at }: Due, now: Date): Promise<void> => {
    const from = served.get(job.name);
    if (signal.aborted || !patience.mayTry(job.name)) return;
    const past = at < now;
    const own = past ? { ...deps, clock: clockAt(at) } : deps;
    try {
      if (job.hasWork && !(await job.hasWork(own, from))) return;
      const run = { job: job.name, owner, leaseMs: job.leaseMs, servedUntil: at, after: from };
      const outcome = await withJob(deps, run, (lease: JobLease) => job.run({ deps: own, lease, at, from, signal }));
      if (outcome.kind === 'done' && outcome.recorded) served.set(job.name, at);
      patience.went(job.name);
    } catch (error) {
      if (signal.aborted) return;
      patience.failed(job.name);
      deps.log.error({ err: error, job: job.name }, 'a job failed and will be tried again');
    }
  };

  const runIntervals = async (at: Date, now: Date): Promise<void> => {
    for (const job of jobs) {
      if (!('everyMs' in job.schedule)) continue;
      const last = served.get(job.name);
      if (!last || at.getTime() - last.getTime() >= job.schedule.everyMs) await runOne({ job, at }, now);
    }
  };

  const runTimed = async (due: Due, now: Date): Promise<void> => {
    const { name, long } = due.job;
    if (beside.has(name)) return;
    if (!long || now.getTime() - due.at.getTime() > ON_TIME_MS) return runOne(due, now);
    beside.set(
      name,
      runOne(due, now).finally(() => beside.delete(name)),
    );
  };

  const pass = async (): Promise<void> => {
    const now = deps.clock.now();
    for (const { _id, servedUntil } of await listJobs()) served.set(_id, servedUntil);
    for (const due of await dueTimes(jobs, served, now)) {
      await runIntervals(due.at, now);
      await runTimed(due, now);
    }
    await runIntervals(now, now);
  };

  const passAll = async (): Promise<void> => {
    do {
      again = false;
      await pass();
    } while (again && !signal.aborted);
  };

  return {
    runDue: () => {
      if (signal.aborted) return Promise.resolve();
      if (passing) again = true;
      passing ??= passAll().finally(() => {
        passing = undefined;
      });
      return passing;
    },
    stop: async () => {
      stopping.abort();
      await passing?.catch(() => undefined);
      await Promise.all(beside.values());
    },
  };
}

/** Lists the last missed time of each job on a cron line, earliest first. A job never seen starts to count now. */
async function dueTimes(jobs: readonly WorkerJob[], served: Map<string, Date | undefined>, now: Date): Promise<Due[]> {
  const due: Due[] = [];
  for (const job of jobs) {
    if (!('cron' in job.schedule)) continue;
    const from = served.get(job.name) ?? (await startCounting(job.name, served, now));
    const at = lastCronTime(job.schedule, from, now);
    if (at) due.push({ job, at });
  }
  return due.sort((a, b) => a.at.getTime() - b.at.getTime());
}

async function startCounting(name: string, served: Map<string, Date | undefined>, now: Date): Promise<Date> {
  await startCountingFrom(name, now);
  served.set(name, now);
  return now;
}

/** Remembers failures in this process: 1, 2, 4 … seconds (system time), at most a minute, until the next try. */
class Patience {
  readonly #failures = new Map<string, { count: number; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  mayTry(name: string): boolean {
    return (this.#failures.get(name)?.until ?? 0) <= this.#now();
  }

  went(name: string): void {
    this.#failures.delete(name);
  }

  failed(name: string): void {
    const count = (this.#failures.get(name)?.count ?? 0) + 1;
    this.#failures.set(name, { count, until: this.#now() + Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (count - 1)) });
  }
}
