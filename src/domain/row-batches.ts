import type mongoose from 'mongoose';
import { microBatch } from '#lib/micro-batch';
import { isDuplicateKey } from '#lib/mongo';

type Collection<Row extends { _id: string }> = () => mongoose.mongo.Collection<Row>;
type Write<Row extends { _id: string }> = mongoose.mongo.AnyBulkWriteOperation<Row>;

/** A durable write costs far less beside others than alone, so concurrent ones wait this long (ms) for company. */
const BATCH = { maxDelayMs: 1, maxSize: 200, concurrency: 3 } as const;

/** Makes a reader of single rows by id that does concurrent reads in one trip. */
export function batchedReads<Row extends { _id: string }>(rows: Collection<Row>): (id: string) => Promise<Row | null> {
  return microBatch<string, Row | null>({
    ...BATCH,
    run: async (ids) => {
      const filter = { _id: { $in: [...new Set(ids)] } } as mongoose.mongo.Filter<Row>;
      const found = (await rows().find(filter).toArray()) as Row[];
      const byId = new Map(found.map((row) => [row._id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    },
  });
}

/** Makes an insert of single rows that does concurrent ones in one trip; false where the row was there already. */
export function batchedInserts<Row extends { _id: string }>(rows: Collection<Row>): (row: Row) => Promise<boolean> {
  return microBatch<Row, boolean>({
    ...BATCH,
    run: async (wanted) => {
      const refused = await refusedOf(() =>
        rows().insertMany(wanted as mongoose.mongo.OptionalUnlessRequiredId<Row>[], { ordered: false }),
      );
      return wanted.map((_row, index) => !refused.has(index));
    },
  });
}

/**
 * Makes a writer of several operations that does concurrent callers' in one trip. The operations must give the same
 * in any order, and again.
 */
export function batchedWrites<Row extends { _id: string }>(
  rows: Collection<Row>,
): (writes: readonly Write<Row>[]) => Promise<void> {
  const write = microBatch<readonly Write<Row>[], undefined>({
    ...BATCH,
    run: async (lists) => {
      const all = lists.flat();
      const run = () => rows().bulkWrite(all, { ordered: false });
      // Two upserts of one new row can meet; the second time it is there.
      if ((await refusedOf(run)).size > 0) await run();
      return lists.map(() => undefined);
    },
  });
  return async (writes) => {
    if (writes.length > 0) await write(writes);
  };
}

/** Runs a bulk write and tells which of its operations met a row that was there; any other error is thrown. */
async function refusedOf(run: () => Promise<unknown>): Promise<Set<number>> {
  try {
    await run();
    return new Set();
  } catch (error) {
    const failed = writeErrorsOf(error);
    if (!failed || failed.some((one) => one.code !== 11000)) throw error;
    return new Set(failed.map((one) => one.index));
  }
}

function writeErrorsOf(error: unknown): { index: number; code: number }[] | null {
  const failed = (error as { writeErrors?: unknown }).writeErrors;
  const all = Array.isArray(failed) ? failed : failed === undefined || failed === null ? [] : [failed];
  if (all.length === 0) return isDuplicateKey(error) ? [{ index: 0, code: 11000 }] : null;
  return all.map((one: { index: number; code: number }) => ({ index: one.index, code: one.code }));
}
