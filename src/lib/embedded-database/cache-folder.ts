import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Names the releases of the embedded servers that Toli was checked with. */
export const releases = { fast: '0.5.3-beta.196', light: '0.7.0b3', official: '8.2.6' } as const;

/** Returns the folder outside the checkout that keeps installed servers (`XDG_CACHE_HOME/toli`, else `~/.cache/toli`). */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'toli');
}

/** Returns the install folder of the fast SecantusDB server; the program may not be there yet. */
export function fastFolder(cache = cacheFolder()): string {
  return join(cache, 'secantus', `fast-${releases.fast}`);
}

/** Returns the install folder of the light SecantusDB server; the program may not be there yet. */
export function lightFolder(cache = cacheFolder()): string {
  return join(cache, 'secantus', `light-${releases.light}`);
}

/** Returns the folder the official server is downloaded to. */
export function officialFolder(cache = cacheFolder()): string {
  return join(cache, 'mongodb');
}

/** Returns the path of the fast server's program if it is installed. */
export function installedFast(cache = cacheFolder()): string | undefined {
  return existing(join(fastFolder(cache), 'bin', executable('secantusd-rs')));
}

/** Returns the path of the light server's program if its installation was finished. */
export function installedLight(cache = cacheFolder()): string | undefined {
  const folder = lightFolder(cache);
  if (!existsSync(join(folder, 'installed'))) return undefined;
  return existing(join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', executable('secantusd-py')));
}

/** Adds the file ending programs have on this system. */
export function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
