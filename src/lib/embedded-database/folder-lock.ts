import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataFolder } from './data-folder.ts';
import { identityOf, isSameProcess } from './process-identity.ts';

/**
 * Runs `task` while this process alone may start or stop the folder's server.
 * A lock left by a dead process is taken over; `onWait` is called once when a living one holds it.
 */
export async function withFolderLock<T>(folder: DataFolder, onWait: () => void, task: () => Promise<T>): Promise<T> {
  const path = join(folder.root, 'lock');
  for (let tries = 0; !tryLock(path); tries += 1) {
    dropDeadLock(path);
    if (tries === 20) onWait();
    await pause(50);
  }
  try {
    return await task();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${identityOf(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function dropDeadLock(path: string): void {
  const held = readLock(path);
  const found = held?.match(/^(\d+) (.+)$/);
  if (!found || isSameProcess(Number(found[1]), found[2] ?? '')) return;
  // Read again right before removing it: another waiter may have replaced the dead lock by its own.
  if (readLock(path) === held) rmSync(path, { force: true });
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
