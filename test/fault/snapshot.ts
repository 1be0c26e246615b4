import mongoose from 'mongoose';

/** Is everything a database held at one moment. */
export type Snapshot = ReadonlyMap<string, readonly mongoose.mongo.Document[]>;

const database = () => {
  const { db } = mongoose.connection;
  if (!db) throw new Error('the test is not connected to its database');
  return db;
};

/** Reads all rows of all collections. */
export async function takeSnapshot(): Promise<Snapshot> {
  const collections = await database().collections();
  const rows = collections.map(async (one) => [one.collectionName, await one.find().toArray()] as const);
  return new Map(await Promise.all(rows));
}

/** Empties the database and puts a snapshot's rows into it; the indexes stay. */
export async function restoreSnapshot(snapshot: Snapshot): Promise<void> {
  const collections = await database().collections();
  for (const collection of collections) {
    await collection.deleteMany({});
    const rows = snapshot.get(collection.collectionName) ?? [];
    if (rows.length > 0) await collection.insertMany(rows.map((row) => ({ ...row })));
  }
}
