import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import mongoose from 'mongoose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { currentDatabase } from '#lib/database-connect';
import { dumpDatabase, restoreDatabase } from '#lib/database-dump';
import { useDatabase } from '#test/support/database';

useDatabase();
const quiet = () => undefined;
const { Decimal128, Long, ObjectId, Binary } = mongoose.mongo;

let folder: string;
let file: string;
let target: mongoose.mongo.Db;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'toli-dump-'));
  file = join(folder, 'toli.gz');
  target = currentDatabase().client.db(`${currentDatabase().databaseName}_copy`);
  await currentDatabase().dropDatabase();
  await fill();
});

afterEach(async () => {
  await target.dropDatabase();
  rmSync(folder, { recursive: true, force: true });
});

it('restores every row of every type and every index as it was', async () => {
  const dumped = await dumpDatabase(currentDatabase(), file, quiet);
  expect(dumped).toEqual({ empty: 0, teams: 2_500, types: 1 });
  const outcome = await restoreDatabase(target, file, { force: false, onProgress: quiet });
  expect(outcome).toEqual({ kind: 'restored', rows: dumped });
  expect(await everything(target)).toEqual(await everything(currentDatabase()));
  await expect(target.collection('teams').insertOne({ code: 7, state: 'open' })).rejects.toMatchObject({ code: 11000 });
  await target.collection('teams').insertOne({ code: 7, state: 'closed' });
});

it('leaves a database that holds rows alone unless forced', async () => {
  await dumpDatabase(currentDatabase(), file, quiet);
  await target.collection('other').insertOne({ kept: true });
  const refused = await restoreDatabase(target, file, { force: false, onProgress: quiet });
  expect(refused).toEqual({ kind: 'not-empty', collections: ['other'] });
  expect(await target.collection('teams').countDocuments()).toBe(0);
  await restoreDatabase(target, file, { force: true, onProgress: quiet });
  expect(await everything(target)).toEqual(await everything(currentDatabase()));
});

it('refuses a dump that was cut off before it touches the database', async () => {
  await dumpDatabase(currentDatabase(), file, quiet);
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  writeFileSync(file, gzipSync(lines.slice(0, -1).join('\n')));
  await target.collection('other').insertOne({ kept: true });
  await expect(restoreDatabase(target, file, { force: true, onProgress: quiet })).rejects.toThrow('cut off');
  writeFileSync(file, gzipSync(lines.join('\n')).subarray(0, 200));
  await expect(restoreDatabase(target, file, { force: true, onProgress: quiet })).rejects.toThrow('cannot be read');
  expect(await target.collection('other').countDocuments()).toBe(1);
});

it('says so when the file is something else or not there', async () => {
  writeFileSync(file, gzipSync('{"some":"thing"}\n'));
  const restore = (path: string) => restoreDatabase(target, path, { force: false, onProgress: quiet });
  await expect(restore(file)).rejects.toThrow('not a dump of Toli');
  await expect(restore(join(folder, 'none.gz'))).rejects.toThrow('no file');
});

it('leaves no half a file when a dump fails', async () => {
  const failing = () => {
    throw new Error('disk full');
  };
  await expect(dumpDatabase(currentDatabase(), file, failing)).rejects.toThrow('disk full');
  expect(readdirSync(folder)).toEqual([]);
});

async function fill(): Promise<void> {
  const database = currentDatabase();
  const teams = database.collection('teams');
  await teams.insertMany(
    Array.from({ length: 2_500 }, (_, code) => ({ code, state: 'open', seats: [{ who: `c${code}` }] })),
  );
  await teams.createIndex({ code: 1 }, { unique: true, partialFilterExpression: { state: 'open' } });
  await teams.createIndex({ 'seats.who': 1, code: -1 });
  await teams.createIndex({ at: 1 }, { expireAfterSeconds: 60, name: 'gone' });
  await database.createCollection('empty');
  await database.collection('types').insertOne({
    _id: new ObjectId(),
    at: new Date('2026-11-21T01:02:03.456Z'),
    early: new Date('1815-12-10T00:00:00Z'),
    bytes: new Binary(Buffer.from([0, 255, 7])),
    exact: Decimal128.fromString('1234.5600'),
    big: Long.fromString('9007199254740993'),
    whole: 3,
    half: 0.1,
    text: 'चाय ☕ \u202e "quoted"\n',
    deep: { list: [1, null, { 'odd key': true }], row: { collection: 'x' } },
  });
}

async function everything(database: mongoose.mongo.Db): Promise<unknown> {
  const names = (await database.listCollections().toArray()).map((each) => each.name).sort();
  const all = names.map(async (name) => {
    const rows = await database.collection(name).find({}, { promoteValues: false }).sort({ _id: 1 }).toArray();
    const indexes = (await database.collection(name).indexes()).sort((a, b) =>
      String(a.name).localeCompare(String(b.name)),
    );
    return { name, rows: rows.map((row) => mongoose.mongo.BSON.EJSON.stringify(row, { relaxed: false })), indexes };
  });
  return Promise.all(all);
}
