import { isDuplicateKey, nativeCollection } from '#lib/mongo';
import { Interaction, type InteractionDoc } from '#models/interaction';

/** Appends interactions; rows that are there already stay as they are. */
export async function logInteractions(rows: readonly InteractionDoc[]): Promise<void> {
  if (rows.length === 0) return;
  try {
    await nativeCollection(Interaction).insertMany([...rows], { ordered: false });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
