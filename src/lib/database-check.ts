import type mongoose from 'mongoose';

export type Database = mongoose.mongo.Db;
export type Row = { _id: string; [field: string]: unknown };

/** Is one thing Toli relies on in a MongoDB; `run` gets a database of its own to work in and throws when it does not hold. */
export type DatabaseCheck = {
  readonly name: string;
  readonly run: (database: Database) => Promise<void>;
};

/** Returns the driver's error of a write that must be refused; throws when it is accepted. */
export async function refusal(write: Promise<unknown>): Promise<{ code?: number } & Error> {
  try {
    await write;
  } catch (error) {
    return error as { code?: number } & Error;
  }
  throw new Error('was accepted, must be refused');
}
