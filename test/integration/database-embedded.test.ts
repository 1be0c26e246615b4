import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder, readMark, readRunning, writeMark } from '#lib/embedded-database/data-folder';
import { type OpenedDatabase, openDatabase } from '#lib/embedded-database/open';
import { machineSources, type ProgramSources } from '#lib/embedded-database/program-sources';
import { isRunning } from '#lib/embedded-database/server-process';

const mongod = machineSources.mongodOnPath() ?? (await machineSources.mongodInCache());
const anyServer = mongod ?? machineSources.fastInCache() ?? machineSources.lightInCache();
const bothForms = machineSources.fastInCache() !== undefined && machineSources.lightInCache() !== undefined;
const childScript = fileURLToPath(new URL('../support/database-child.ts', import.meta.url));

let dataDir: string;
let opened: OpenedDatabase[];
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'toli-embedded-'));
  opened = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const database of opened) await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.skipIf(anyServer === undefined)('the embedded database', () => {
  it('says which server it got and stops it in the end', async () => {
    const database = await open();
    const running = readRunning(openDataFolder(dataDir))!;
    expect(database.description.version).toMatch(/^\d+\.\d+/);
    expect(database.description.durability).toContain('fsync');
    await database.stop();
    expect(isRunning(running)).toBe(false);
    expect(readRunning(openDataFolder(dataDir))).toBeUndefined();
  });

  it('adopts the server of a parent killed with -9 and keeps what was acknowledged', async () => {
    const { child, uri } = await openInChild();
    await insert(uri, 'before');
    const server = readRunning(openDataFolder(dataDir))!;
    await kill(child);
    const database = await open();
    expect(readRunning(openDataFolder(dataDir))).toEqual(server);
    expect(database.uri).toBe(uri);
    expect(await read(uri)).toEqual(['before']);
    await database.stop();
    expect(isRunning(server)).toBe(false);
  });

  it('starts anew over the folder when server and parent were both killed', async () => {
    const { child, uri } = await openInChild();
    await insert(uri, 'before');
    const server = readRunning(openDataFolder(dataDir))!;
    await kill(child);
    process.kill(server.pid, 'SIGKILL');
    const database = await open();
    expect(readRunning(openDataFolder(dataDir))?.pid).not.toBe(server.pid);
    expect(await read(database.uri)).toEqual(['before']);
  });

  it('is shared by two processes, and the last one out stops it', async () => {
    const { child } = await openInChild();
    const database = await open();
    const server = readRunning(openDataFolder(dataDir))!;
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(isRunning(server)).toBe(true);
    await insert(database.uri, 'still here');
    await database.stop();
    expect(isRunning(server)).toBe(false);
  });

  it('brings a dead server back on its port, and an open mongoose connection goes on', async () => {
    const database = await open();
    const connection = await connect(database.uri);
    const rows = connection.collection<{ _id: string }>('rows');
    await rows.insertOne({ _id: 'before' });
    process.kill(readRunning(openDataFolder(dataDir))!.pid, 'SIGKILL');
    await until(() => rows.insertOne({ _id: 'after' }));
    expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 'after' }, { _id: 'before' }]);
    await connection.close();
  });

  it.skipIf(mongod !== undefined)(
    'goes on to the next way when a server does not start over an empty folder',
    async () => {
      const broken = { ...machineSources, mongodOnPath: () => '/bin/false' };
      expect((await open(broken)).description.way).toMatch(/^secantus-/);
      expect(readMark(openDataFolder(dataDir))?.writer).not.toBe('mongod');
    },
  );

  it('refuses a folder that a server wrote which is not here', async () => {
    writeMark(openDataFolder(dataDir), 'mongod');
    const none = { ...machineSources, mongodOnPath: () => undefined, mongodInCache: async () => undefined };
    await expect(open(none)).rejects.toMatchObject({ code: 'folder-needs-its-server' });
  });

  it.skipIf(!bothForms)('moves a folder from light to fast once the light server is gone', async () => {
    const nothingElse = { ...machineSources, mongodOnPath: () => undefined, mongodInCache: async () => undefined };
    const light = await open({ ...nothingElse, fastInCache: () => undefined });
    await insert(light.uri, 'written by light');
    expect((await open(nothingElse)).description.way).toBe('secantus-light');
    for (const database of opened) await database.stop();
    const fast = await open(nothingElse);
    expect(fast.description.way).toBe('secantus-fast');
    expect(await read(fast.uri)).toEqual(['written by light']);
    expect(readMark(openDataFolder(dataDir))?.writer).toBe('fast');
  });
});

it('says what to do when MONGODB_URI does not answer', async () => {
  const uri = 'mongodb://127.0.0.1:1/toli?serverSelectionTimeoutMS=200';
  await expect(openDatabase({ uri, dataDir })).rejects.toMatchObject({
    code: 'uri-unreachable',
    message: expect.stringContaining('MONGODB_URI'),
  });
});

it('touches no files whose mark is missing', async () => {
  const { files } = openDataFolder(dataDir);
  writeFileSync(join(files, 'WiredTiger.wt'), 'precious');
  await expect(open()).rejects.toMatchObject({ code: 'folder-needs-its-server' });
  expect(readdirSync(files)).toEqual(['WiredTiger.wt']);
});

it('says what to install when no server can be had', async () => {
  const none: ProgramSources = {
    ...machineSources,
    mongodOnPath: () => undefined,
    mongodInCache: async () => undefined,
    fastInCache: () => undefined,
    lightInCache: () => undefined,
  };
  await expect(open(none)).rejects.toMatchObject({
    code: 'no-server',
    message: expect.stringContaining('MONGODB_URI'),
  });
});

async function open(sources: ProgramSources = machineSources): Promise<OpenedDatabase> {
  const database = await openDatabase({ dataDir, network: false, cacheMegabytes: 256, sources });
  opened.push(database);
  return database;
}

async function openInChild(): Promise<{ child: ChildProcess; uri: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', childScript, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(child.stdout!, 'data');
  return { child, uri: String(line).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function connect(uri: string): Promise<mongoose.Connection> {
  return mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: 2_000, writeConcern: { w: 'majority', journal: true } })
    .asPromise();
}

async function insert(uri: string, id: string): Promise<void> {
  const connection = await connect(uri);
  await connection.collection<{ _id: string }>('rows').insertOne({ _id: id });
  await connection.close();
}

async function read(uri: string): Promise<string[]> {
  const connection = await connect(uri);
  const rows = await connection.collection<{ _id: string }>('rows').find().toArray();
  await connection.close();
  return rows.map((row) => row._id);
}

/** Tries again while the server is away; a write it had already done counts as done. */
async function until(write: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if ((error as { code?: number }).code === 11000) return;
      if (tries > 100) throw error;
      await pause(100);
    }
  }
}
