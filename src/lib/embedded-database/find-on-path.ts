import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { executable } from './cache-folder.ts';

/** Returns the full path of the first program of these names on PATH. */
export function findOnPath(...names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, executable(name));
      if (folder !== '' && canRun(path)) return path;
    }
  }
  return undefined;
}

/** Tells whether this is a mongod that runs here and is new enough for the driver (4.4). */
export function isUsableMongod(path: string): boolean {
  try {
    const said = execFileSync(path, ['--version'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, major, minor] = said.match(/version v?(\d+)\.(\d+)/) ?? [];
    return Number(major) > 4 || (Number(major) === 4 && Number(minor) >= 4);
  } catch {
    return false;
  }
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
