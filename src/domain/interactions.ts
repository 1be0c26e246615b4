import { microBatch } from '#lib/micro-batch';
import { isDuplicateKey, nativeCollection } from '#lib/mongo';
import { Interaction, type InteractionDoc } from '#models/interaction';

const append = microBatch<readonly InteractionDoc[], undefined>({
  maxDelayMs: 2,
  maxSize: 200,
  concurrency: 2,
  run: async (lists) => {
    await insertAll(lists.flat());
    return lists.map(() => undefined);
  },
});

/** Appends interactions, concurrent ones in one trip; rows that are there already stay as they are. */
export async function logInteractions(rows: readonly InteractionDoc[]): Promise<void> {
  if (rows.length > 0) await append(rows);
}

async function insertAll(rows: InteractionDoc[]): Promise<void> {
  try {
    await nativeCollection(Interaction).insertMany(rows, { ordered: false });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
