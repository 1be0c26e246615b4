import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedFast } from '#lib/embedded-database/cache-folder';
import { openDataFolder, readRunning } from '#lib/embedded-database/data-folder';
import { openDatabase } from '#lib/embedded-database/open';
import { identityOf, isSameProcess } from '#lib/embedded-database/process-identity';
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
  const network = installedFast() === undefined;
  const database = await openDatabase({ dataDir, onProgress, network, background: false, cacheMegabytes: 256 });
  process.env['TOLI_TEST_MONGODB_URI'] = database.uri;
  process.env['TOLI_TEST_DATABASE_WAY'] = database.description.way;
  return async () => {
    delete process.env['TOLI_TEST_MONGODB_URI'];
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
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
