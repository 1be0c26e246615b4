import mongoose from 'mongoose';
import { type DatabaseDescription, type OpenDatabaseOptions, openDatabase } from './embedded-database/open.ts';
import { connectMongo, disconnectMongo } from './mongo.ts';

export type ConnectedDatabase = {
  readonly description: DatabaseDescription;
  /** Closes the connection and then the embedded server, if nobody else uses it. */
  readonly close: () => Promise<void>;
};

/** Opens the database and connects mongoose's default connection, and nothing more: no index, no row is written. */
export async function connectDatabase(options: OpenDatabaseOptions): Promise<ConnectedDatabase> {
  const opened = await openDatabase({ background: false, ...options });
  try {
    await connectMongo(opened.uri, { poolSize: opened.description.way === 'secantus-light' ? 8 : 32 });
  } catch (error) {
    await opened.stop();
    throw error;
  }
  const close = async () => {
    await disconnectMongo();
    await opened.stop();
  };
  return { description: opened.description, close };
}

/** Returns the database mongoose's default connection is at; throws when it is not connected. */
export function currentDatabase(): mongoose.mongo.Db {
  const { db } = mongoose.connection;
  if (!db) throw new Error('The database is not connected.');
  return db;
}
