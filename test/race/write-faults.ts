import mongoose from 'mongoose';

const WRITES = ['insertOne', 'insertMany', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany', 'bulkWrite'] as const;

/** Is thrown where a process would have died. */
export class Killed extends Error {}

export interface WriteFaults {
  /** Counts the writes since the last arming. */
  readonly count: () => number;
  /** Lists the writes since the last arming, as `collection.command`. */
  readonly seen: () => readonly string[];
  /** Dies at the n-th write from now (from 1), before or after the server has done it; every later write fails too. */
  readonly arm: (at: number, when: 'before' | 'after') => void;
  /** Waits for this before every write. */
  readonly pauseBefore: (pause: (write: number) => Promise<void>) => void;
  /** Comes back to life. */
  readonly revive: () => void;
  /** Takes the wrapping off. */
  readonly remove: () => void;
}

/** Wraps the driver's write commands of this process, so that it can die at any of them. */
export function wrapWrites(): WriteFaults {
  const target = mongoose.mongo.Collection.prototype as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  const originals = WRITES.map((name) => [name, target[name] as (...args: unknown[]) => Promise<unknown>] as const);
  let writes: string[] = [];
  let fault: { at: number; when: 'before' | 'after' } | null = null;
  let dead = false;
  let pause: (write: number) => Promise<void> = async () => undefined;
  for (const [name, original] of originals) {
    target[name] = async function (this: { collectionName: string }, ...args: unknown[]) {
      if (dead) throw new Killed(`dead before ${name}`);
      writes.push(`${this.collectionName}.${name}`);
      await pause(writes.length);
      const hit = fault?.at === writes.length ? fault : null;
      if (hit) dead = true;
      if (hit?.when === 'before') throw new Killed(`killed before ${name}`);
      const result = await original.apply(this, args);
      if (hit) throw new Killed(`killed after ${name}`);
      return result;
    };
  }
  return {
    count: () => writes.length,
    seen: () => writes,
    arm: (at, when) => {
      writes = [];
      fault = { at, when };
    },
    pauseBefore: (next) => {
      pause = next;
    },
    revive: () => {
      dead = false;
      fault = null;
    },
    remove: () => {
      for (const [name, original] of originals) target[name] = original;
    },
  };
}
