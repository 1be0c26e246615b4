import { schedule } from 'node-cron';
import type { Deps } from '#domain/deps';
import { newOwner } from '#lib/owner';
import type { WorkerJob } from './job.ts';
import { workerJobs } from './jobs.ts';
import { createScheduler } from './scheduler.ts';

export interface WorkerOptions {
  readonly owner?: string;
  /** Where the night falls; a zone such as `Asia/Kolkata`. */
  readonly zone?: string;
  /** How often node-cron looks for what fell due (system time); every second unless told. */
  readonly wake?: string;
  readonly jobs?: readonly WorkerJob[];
}

/** Is a running worker. */
export interface RunningWorker {
  /** Runs what fell due by now, for instance after business time was moved; resolves when it is done. */
  runDue(): Promise<void>;
  /** Takes on nothing more and resolves once what runs has ended. */
  stop(): Promise<void>;
}

/** Starts the worker: node-cron wakes it, the database says what is due, and every job runs under its lease. */
export function startWorker(deps: Deps, options: WorkerOptions = {}): RunningWorker {
  const jobs = options.jobs ?? workerJobs(deps, options.zone);
  const scheduler = createScheduler(deps, options.owner ?? newOwner(), jobs);
  let looking = false;
  const wake = async () => {
    if (looking) return;
    looking = true;
    try {
      await scheduler.runDue();
    } catch (error) {
      deps.log.error({ err: error }, 'the worker could not see what is due; it looks again');
    } finally {
      looking = false;
    }
  };
  // A missed wake is no loss: what is due is asked of the database.
  const alarm = schedule(options.wake ?? '* * * * * *', wake, { suppressMissedWarning: true });
  return {
    runDue: scheduler.runDue,
    stop: async () => {
      await alarm.destroy();
      await scheduler.stop();
    },
  };
}
