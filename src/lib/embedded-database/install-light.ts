import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedLight, lightFolder, releases } from './cache-folder.ts';
import { findOnPath } from './find-on-path.ts';
import { runProgram } from './run-program.ts';

/** Installs the light SecantusDB server into the cache (seconds) and returns its path, or undefined when it cannot be had here. */
export async function installLight(onProgress: (line: string) => void): Promise<string | undefined> {
  const python = findOnPath('python3', 'python');
  if (python === undefined) return undefined;
  const folder = lightFolder();
  onProgress(`Installing the light database server (SecantusDB ${releases.light}).`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pip = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python');
  const made = await runProgram(python, ['-m', 'venv', folder]);
  const what = ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', `SecantusDB==${releases.light}`];
  const done = made.code === 0 ? await runProgram(pip, what) : made;
  if (done.code !== 0) {
    onProgress(`The light database server could not be installed: ${done.tail.trim().split('\n').slice(-2).join(' ')}`);
    return undefined;
  }
  writeFileSync(join(folder, 'installed'), `${releases.light}\n`);
  return installedLight();
}
