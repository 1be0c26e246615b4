import mongoose from 'mongoose';

mongoose.set('strictQuery', 'throw');
mongoose.set('autoIndex', false);
mongoose.set('autoCreate', false);

/**
 * Gives the driver's own collection of a model, for hot paths where casting every field again costs too much.
 * Whoever uses it passes filters and rows of exactly the model's shape.
 */
export function nativeCollection<Row extends { _id: string }>(
  model: mongoose.Model<Row>,
): mongoose.mongo.Collection<Row> {
  return model.collection as unknown as mongoose.mongo.Collection<Row>;
}

/** Is the error code every MongoDB gives for a second document with a unique key. */
const DUPLICATE_KEY = 11000;

export interface MongoOptions {
  readonly poolSize?: number;
  readonly dbName?: string;
  /** Lets listeners on the client hear every command, for counting round trips. */
  readonly monitor?: boolean;
}

/** Connects mongoose's default connection, with the write and read promises Toli relies on. */
export async function connectMongo(uri: string, options: MongoOptions = {}): Promise<void> {
  await mongoose.connect(uri, {
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    maxPoolSize: options.poolSize ?? 32,
    serverSelectionTimeoutMS: 5_000,
    monitorCommands: options.monitor ?? false,
    ...(options.dbName ? { dbName: options.dbName } : {}),
  });
}

/** Closes the default connection. */
export async function disconnectMongo(): Promise<void> {
  await mongoose.disconnect();
}

/** Tells whether an error says that a row with this unique key is there already. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === DUPLICATE_KEY;
}

/** Inserts a row whose id says everything about it; says false when it was there already. Nothing else is swallowed. */
export async function insertOnce(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Builds the indexes that the models declare; safe to call again. Reports each model's name first. */
export async function buildIndexes(onModel: (name: string) => void = () => undefined): Promise<void> {
  for (const name of mongoose.modelNames()) {
    onModel(name);
    await mongoose.model(name).createCollection();
    await mongoose.model(name).createIndexes();
  }
}
