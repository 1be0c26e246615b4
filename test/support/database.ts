import { randomBytes } from 'node:crypto';
import mongoose, { type ConnectOptions } from 'mongoose';
import { afterAll, beforeAll } from 'vitest';

export type TestDatabase = {
  /** The URI of this file's own database, for child processes that take part in a test. */
  readonly uri: () => string;
  /** Empties all collections and keeps their indexes. */
  readonly clear: () => Promise<void>;
};

/**
 * Connects mongoose's default connection to a database of this test file alone, with the indexes of all models
 * registered by then, and drops it afterwards.
 */
export function useDatabase(): TestDatabase {
  const name = `toli_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  beforeAll(async () => {
    await mongoose.connect(databaseUri(name), connectOptions);
    await ensureIndexes();
  });
  afterAll(async () => {
    await mongoose.connection.dropDatabase();
    await mongoose.disconnect();
  });
  return { uri: () => databaseUri(name), clear: clearCollections };
}

/** Builds the indexes of these models, or of all registered ones; for models that are first imported inside a test. */
export async function ensureIndexes(...models: { createIndexes(): Promise<unknown> }[]): Promise<void> {
  const all = models.length > 0 ? models : Object.values(mongoose.models);
  for (const model of all) await model.createIndexes();
}

/** Tells whether the tests' server is the light one, on which tests that need speed skip. */
export const slowDatabase = process.env['TOLI_TEST_SLOW_DATABASE'] === '1';

const connectOptions: ConnectOptions = {
  autoIndex: false,
  autoCreate: false,
  serverSelectionTimeoutMS: 5_000,
  maxPoolSize: 32,
  writeConcern: { w: 'majority', journal: true },
};

function databaseUri(name: string): string {
  const server = process.env['TOLI_TEST_MONGODB_URI'];
  if (!server)
    throw new Error('TOLI_TEST_MONGODB_URI is not set: run this test in the project integration or scenario.');
  // Not `new URL`: a MongoDB URI may name several hosts.
  return server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${name}`);
}

async function clearCollections(): Promise<void> {
  const collections = await mongoose.connection.db!.collections();
  await Promise.all(collections.map((collection) => collection.deleteMany({})));
}
