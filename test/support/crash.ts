import mongoose from 'mongoose';

const WRITES = ['insertOne', 'insertMany', 'updateOne', 'updateMany', 'bulkWrite', 'deleteOne', 'deleteMany'] as const;
type Method = (...args: unknown[]) => Promise<unknown>;

/** Is thrown in place of a process that died. */
export class Crash extends Error {}

/** Is what a run with a crash planned came to: how many writes it made, and whether it died. */
export interface CrashRun {
  readonly writes: number;
  readonly crashed: boolean;
}

/**
 * Runs `work` and lets it die at its n-th write, before or after the write is made; every later write fails too, as in
 * a dead process. Without `at` it only counts. In-process: what a real kill leaves half-sent is not covered.
 */
export async function crashing(
  work: () => Promise<unknown>,
  at?: { readonly write: number; readonly side: 'before' | 'after' },
): Promise<CrashRun> {
  const prototype = mongoose.mongo.Collection.prototype as unknown as { [name in (typeof WRITES)[number]]: Method };
  const real = Object.fromEntries(WRITES.map((name) => [name, prototype[name]])) as typeof prototype;
  let writes = 0;
  for (const name of WRITES)
    prototype[name] = async function (this: unknown, ...args: unknown[]) {
      writes += 1;
      const dead = at && (writes > at.write || (writes === at.write && at.side === 'before'));
      if (dead) throw new Crash(`write ${writes}`);
      const result = await real[name].apply(this, args);
      if (at?.write === writes) throw new Crash(`after write ${writes}`);
      return result;
    };
  try {
    await work();
    return { writes, crashed: false };
  } catch (error) {
    if (error instanceof Crash) return { writes, crashed: true };
    throw error;
  } finally {
    Object.assign(prototype, real);
  }
}
