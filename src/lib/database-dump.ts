import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import mongoose from 'mongoose';
import { z } from 'zod';

type Database = mongoose.mongo.Db;
type Document = mongoose.mongo.Document;

export type Counts = Record<string, number>;
export type CopyProgress = (collection: string, rows: number) => void;

export type RestoreOutcome =
  | { readonly kind: 'restored'; readonly rows: Counts }
  | { readonly kind: 'not-empty'; readonly collections: string[] };

export type DumpErrorCode = 'no-file' | 'not-a-dump' | 'cut-off' | 'rows-missing';

/** Says what is wrong with a dump, and in its message what to do about it. */
export class DumpError extends Error {
  override readonly name = 'DumpError';
  readonly code: DumpErrorCode;

  constructor(code: DumpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const { EJSON } = mongoose.mongo.BSON;
const batchRows = 1_000;
const chunkCharacters = 1 << 18;
const reportEvery = 10_000;

// A dump is gzip of lines: a head, then per collection its name with indexes followed by its rows, then an end with
// the number of rows, without which the file was cut off.
const headLine = z.object({ toliDump: z.literal(1), database: z.string(), at: z.string() });
const collectionLine = z.object({ collection: z.string(), indexes: z.array(z.unknown()) });
const endLine = z.object({ end: z.record(z.string(), z.number()) });

/** Writes every collection with its indexes to a gzip file and returns the rows per collection; the file appears only when whole. */
export async function dumpDatabase(database: Database, path: string, onProgress: CopyProgress): Promise<Counts> {
  const draft = `${path}.part`;
  const rows: Counts = {};
  try {
    const lines = Readable.from(inChunks(dumpLines(database, rows, onProgress)));
    await pipeline(lines, createGzip(), createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return rows;
}

/**
 * Restores a dump. A database that holds rows is left alone unless `force`, which empties it first.
 * Throws a DumpError when the file is not a whole dump; that is found before anything is written.
 */
export async function restoreDatabase(
  database: Database,
  path: string,
  options: { readonly force: boolean; readonly onProgress: CopyProgress },
): Promise<RestoreOutcome> {
  const announced = await readEnd(path);
  const held = await collectionsWithRows(database);
  if (held.length > 0 && !options.force) return { kind: 'not-empty', collections: held };
  for (const name of await collectionNames(database)) await database.dropCollection(name);
  const rows = await load(database, path, options.onProgress);
  assertSameCounts(announced, rows);
  return { kind: 'restored', rows };
}

type Loading = { readonly name: string; readonly indexes: Document[]; readonly batch: Document[]; rows: number };

async function load(database: Database, path: string, onProgress: CopyProgress): Promise<Counts> {
  const rows: Counts = {};
  let open: Loading | undefined;
  const finish = async () => {
    if (open === undefined) return;
    await flush(database, open, onProgress);
    if (open.indexes.length > 0) await database.collection(open.name).createIndexes(open.indexes as never);
    rows[open.name] = open.rows;
  };
  for await (const entry of dumpEntries(path)) {
    if ('row' in entry) {
      open?.batch.push(entry.row);
      if (open?.batch.length === batchRows) await flush(database, open, onProgress);
    } else {
      await finish();
      await database.createCollection(entry.collection);
      open = { name: entry.collection, indexes: entry.indexes as Document[], batch: [], rows: 0 };
    }
  }
  await finish();
  return rows;
}

async function flush(database: Database, open: Loading, onProgress: CopyProgress): Promise<void> {
  const rows = open.batch.splice(0);
  if (rows.length > 0) await database.collection(open.name).insertMany(rows, { ordered: false });
  open.rows += rows.length;
  if (open.rows % reportEvery === 0 || rows.length < batchRows) onProgress(open.name, open.rows);
}

async function* dumpEntries(path: string): AsyncGenerator<{ row: Document } | z.infer<typeof collectionLine>> {
  for await (const line of dumpFile(path)) {
    if (line.startsWith('{"row":')) yield parse(line) as { row: Document };
    else {
      const head = collectionLine.safeParse(parse(line));
      if (head.success) yield head.data;
    }
  }
}

async function* dumpLines(database: Database, rows: Counts, onProgress: CopyProgress): AsyncGenerator<string> {
  yield JSON.stringify({ toliDump: 1, database: database.databaseName, at: new Date().toISOString() });
  for (const name of await collectionNames(database)) {
    const collection = database.collection(name);
    const indexes = (await collection.indexes()).filter((index) => index.name !== '_id_').map(plainIndex);
    yield stringify({ collection: name, indexes });
    let count = 0;
    for await (const row of collection.find({}, { promoteValues: false, promoteLongs: false }).batchSize(batchRows)) {
      yield stringify({ row });
      count += 1;
      if (count % reportEvery === 0) onProgress(name, count);
    }
    rows[name] = count;
    onProgress(name, count);
  }
  yield JSON.stringify({ end: rows });
}

/** Leaves out what a server adds to an index by itself. */
function plainIndex({ v: _version, ns: _namespace, background: _background, ...index }: Document): Document {
  return index;
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < chunkCharacters) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

/** Reads the file to its end once, so that a broken one is refused before the database is touched. */
async function readEnd(path: string): Promise<Counts> {
  let last = '';
  let first: string | undefined;
  try {
    for await (const line of dumpFile(path)) {
      first ??= line;
      last = line;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new DumpError('no-file', `There is no file ${path}.`);
    throw new DumpError('not-a-dump', `${path} cannot be read as a dump: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!headLine.safeParse(json(first)).success) throw new DumpError('not-a-dump', `${path} is not a dump of Toli.`);
  const end = endLine.safeParse(json(last));
  if (!end.success) throw new DumpError('cut-off', `${path} is cut off: its last line is missing. Dump again.`);
  return end.data.end;
}

async function* dumpFile(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const plain = createGunzip();
  const flow = pipeline(file, plain);
  // An error is thrown below by the lines themselves or by waiting for the flow.
  flow.catch(() => undefined);
  yield* createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY });
  await flow;
}

async function collectionNames(database: Database): Promise<string[]> {
  const all = await database.listCollections({}, { nameOnly: false }).toArray();
  const own = all.filter((each) => each.type !== 'view' && !each.name.startsWith('system.'));
  return own.map((each) => each.name).sort();
}

async function collectionsWithRows(database: Database): Promise<string[]> {
  const names = await collectionNames(database);
  const first = await Promise.all(
    names.map((name) => database.collection(name).findOne({}, { projection: { _id: 1 } })),
  );
  return names.filter((_, i) => first[i] !== null);
}

function assertSameCounts(announced: Counts, restored: Counts): void {
  for (const [name, count] of Object.entries(announced)) {
    if ((restored[name] ?? 0) === count) continue;
    throw new DumpError(
      'rows-missing',
      `${name} has ${restored[name] ?? 0} rows after restoring, ${count} were dumped.`,
    );
  }
}

function stringify(value: Document): string {
  return EJSON.stringify(value, { relaxed: false });
}

function parse(line: string): unknown {
  return EJSON.parse(line, { relaxed: false });
}

function json(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}
