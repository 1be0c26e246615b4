import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addUser,
  type DataFolder,
  openDataFolder,
  readMark,
  removeUser,
  writeMark,
} from '#lib/embedded-database/data-folder';
import { withFolderLock } from '#lib/embedded-database/folder-lock';
import { commandOf, identityOf, isSameProcess } from '#lib/embedded-database/process-identity';
import { isRunning } from '#lib/embedded-database/server-process';

let dataDir: string;
let folder: DataFolder;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'toli-folder-'));
  folder = openDataFolder(dataDir);
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('lets fast follow light and nothing else follow anything', () => {
  writeMark(folder, 'light');
  writeMark(folder, 'fast');
  expect(readMark(folder)?.writer).toBe('fast');
  for (const writer of ['light', 'mongod'] as const) {
    expect(() => writeMark(folder, writer)).toThrow(expect.objectContaining({ code: 'folder-needs-its-server' }));
  }
  expect(readMark(folder)?.writer).toBe('fast');
});

it('counts only living users when one leaves', () => {
  addUser(folder);
  writeFileSync(join(folder.root, 'users', '999999999'), 'started 1');
  expect(removeUser(folder)).toBe(0);
});

it('lets one at a time start or stop the server', async () => {
  let inside = 0;
  const task = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withFolderLock(folder, () => undefined, task)));
});

it('takes over the lock of a dead process', async () => {
  writeFileSync(join(folder.root, 'lock'), '999999999 started 1');
  expect(
    await withFolderLock(
      folder,
      () => undefined,
      async () => 'mine',
    ),
  ).toBe('mine');
});

it('tells a process from a later one with its pid', () => {
  expect(isSameProcess(process.pid, identityOf(process.pid)!)).toBe(true);
  expect(isSameProcess(process.pid, 'started long ago')).toBe(false);
  expect(identityOf(999_999_999)).toBeUndefined();
});

it.skipIf(commandOf(process.pid) === undefined)('adopts no process that is another program', () => {
  const running = { pid: process.pid, identity: identityOf(process.pid)!, port: 1, way: 'secantus-fast' as const };
  expect(isRunning({ ...running, path: '/cache/secantusd-rs' })).toBe(false);
  expect(isRunning({ ...running, path: process.execPath })).toBe(true);
});
