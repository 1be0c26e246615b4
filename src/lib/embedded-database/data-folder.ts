import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseError } from './database-error.ts';
import { identityOf, isSameProcess } from './process-identity.ts';
import type { DatabaseWay, FolderWriter } from './server-program.ts';

export type FolderMark = { readonly writer: FolderWriter; readonly since: string };

export type RunningServer = {
  readonly pid: number;
  readonly identity: string;
  readonly port: number;
  readonly path: string;
  readonly way: DatabaseWay;
};

export type DataFolder = {
  readonly root: string;
  readonly files: string;
  readonly log: string;
};

/** Opens the embedded database's part of `dataDir`, making its folders. */
export function openDataFolder(dataDir: string): DataFolder {
  const root = resolve(dataDir, 'db');
  const folder = { root, files: join(root, 'files'), log: join(root, 'server.log') };
  mkdirSync(folder.files, { recursive: true, mode: 0o700 });
  mkdirSync(join(root, 'users'), { recursive: true });
  return folder;
}

/** Reads which server wrote the folder; undefined while nobody has. Throws when the mark cannot be understood. */
export function readMark(folder: DataFolder): FolderMark | undefined {
  const path = join(folder.root, 'written-by.json');
  if (!existsSync(path)) return undefined;
  const mark = JSON.parse(readFileSync(path, 'utf8')) as FolderMark;
  if (['mongod', 'fast', 'light'].includes(mark.writer)) return mark;
  throw new DatabaseError('folder-needs-its-server', `${path} names no server Toli knows: "${String(mark.writer)}".`);
}

/** Marks the folder as written by this server; refuses every change but `light` to `fast`. */
export function writeMark(folder: DataFolder, writer: FolderWriter): void {
  const before = readMark(folder)?.writer;
  if (before === writer) return;
  if (before !== undefined && !(before === 'light' && writer === 'fast')) {
    throw new DatabaseError(
      'folder-needs-its-server',
      `${folder.files} was written by ${before} and cannot be opened by ${writer}.`,
    );
  }
  writeJson(join(folder.root, 'written-by.json'), { writer, since: new Date().toISOString() } satisfies FolderMark);
}

/** Reads the server this folder's last starter noted, whether it still lives or not. */
export function readRunning(folder: DataFolder): RunningServer | undefined {
  try {
    return JSON.parse(readFileSync(join(folder.root, 'server.json'), 'utf8')) as RunningServer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Notes the running server's pid and port where the next process looks for them. */
export function writeRunning(folder: DataFolder, running: RunningServer): void {
  writeJson(join(folder.root, 'server.json'), running);
}

/** Forgets the running server. */
export function clearRunning(folder: DataFolder): void {
  rmSync(join(folder.root, 'server.json'), { force: true });
}

/** Notes this process as a user of the server, so that the last one out stops it. */
export function addUser(folder: DataFolder): void {
  writeFileSync(join(folder.root, 'users', String(process.pid)), identityOf(process.pid) ?? '');
}

/** Removes this process from the users and returns how many other living ones remain. */
export function removeUser(folder: DataFolder): number {
  const users = join(folder.root, 'users');
  rmSync(join(users, String(process.pid)), { force: true });
  const others = readdirSync(users).filter((name) => /^\d+$/.test(name));
  const living = others.filter((name) => isUserAlive(join(users, name), Number(name)));
  for (const name of others) if (!living.includes(name)) rmSync(join(users, name), { force: true });
  return living.length;
}

function isUserAlive(path: string, pid: number): boolean {
  return existsSync(path) && isSameProcess(pid, readFileSync(path, 'utf8'));
}

function writeJson(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(draft, path);
}
