import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder, readRunning } from '#lib/embedded-database/data-folder';
import { openDatabase } from '#lib/embedded-database/open';
import { identityOf, isSameProcess } from '#lib/embedded-database/process-identity';
import { machineSources } from '#lib/embedded-database/program-sources';
import { stopServer } from '#lib/embedded-database/server-process';

const folders = join(tmpdir(), 'toli-tests');

/**
 * Gives every test process the URI of one MongoDB in TOLI_TEST_MONGODB_URI, starting an embedded one if it is unset.
 * Runs once per project; the first to come starts the server, the others find it in the environment.
 */
export default async function provideDatabase(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TOLI_TEST_MONGODB_URI']) return undefined;
  await sweepLeftServers();
  const dataDir = join(folders, String(process.pid));
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'owner'), identityOf(process.pid) ?? '');
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  const network = !(await isServerInstalled());
  if (network && process.env['CI'] === 'true') await obtainFastServer(onProgress);
  const database = await openDatabase({ dataDir, onProgress, network, background: false, cacheMegabytes: 256 });
  process.env['TOLI_TEST_MONGODB_URI'] = database.uri;
  if (database.description.way === 'secantus-light') sayLight(onProgress);
  return async () => {
    delete process.env['TOLI_TEST_MONGODB_URI'];
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function isServerInstalled(): Promise<boolean> {
  const { mongodOnPath, mongodInCache, fastInCache } = machineSources;
  return (mongodOnPath() ?? (await mongodInCache()) ?? fastInCache()) !== undefined;
}

/** Takes the minutes a build needs where nobody waits at a screen and the official server cannot be downloaded. */
async function obtainFastServer(onProgress: (line: string) => void): Promise<void> {
  if (await machineSources.officialReachable()) return;
  if (machineSources.canBuildFast()) await machineSources.buildFast({ onProgress });
}

function sayLight(onProgress: (line: string) => void): void {
  process.env['TOLI_TEST_SLOW_DATABASE'] = '1';
  onProgress('The tests run on the light database server; those that need speed are skipped.');
}

/** Stops the servers of test runs that were killed before they could. */
async function sweepLeftServers(): Promise<void> {
  for (const name of existsSync(folders) ? readdirSync(folders) : []) {
    const dataDir = join(folders, name);
    const owner = join(dataDir, 'owner');
    if (!existsSync(owner) || isSameProcess(Number(name), readFileSync(owner, 'utf8'))) continue;
    const left = readRunning(openDataFolder(dataDir));
    if (left !== undefined) await stopServer(left);
    rmSync(dataDir, { recursive: true, force: true });
  }
}
