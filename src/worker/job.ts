import type { Deps } from '#domain/deps';
import type { JobLease } from '#domain/jobs';

/** Says when a job is due in business time: every so many ms, or at the times of a cron line in a zone. */
export type Schedule = { readonly everyMs: number } | { readonly cron: string; readonly zone: string };

/** Is what a run is given. */
export interface JobContext {
  /** Its clock stands at the instant the run is for when that has passed already. */
  readonly deps: Deps;
  readonly lease: JobLease;
  /** The instant the run is for. */
  readonly at: Date;
  /** Up to when the job was served before; undefined in its first run. */
  readonly from: Date | undefined;
  /** Aborts when the worker is stopping; long work ends soon after, unfinished. */
  readonly signal: AbortSignal;
}

/** Is one thing the worker does again and again. Running it twice must do no harm. */
export interface WorkerJob {
  readonly name: string;
  readonly schedule: Schedule;
  /** System time without a sign of life after which another worker takes over. */
  readonly leaseMs: number;
  /** Takes long: when it is due on time, the others do not wait for it. */
  readonly long?: boolean;
  /** Says whether there is anything to do, for jobs that are asked very often. */
  readonly hasWork?: (deps: Deps, from: Date | undefined) => Promise<boolean>;
  readonly run: (context: JobContext) => Promise<unknown>;
}
