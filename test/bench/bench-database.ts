import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#lib/embedded-database/open';

/** Is a database for one benchmark: the one named in BENCH_MONGODB_URI, else an embedded one at full durability. */
export interface BenchDatabase {
  readonly uri: string;
  readonly name: string;
  close(): Promise<void>;
}

/** Opens it; what it writes goes away with `close`. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'toli-bench-'));
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  const opened = await openDatabase({ uri: process.env['BENCH_MONGODB_URI'], dataDir, onProgress });
  const { server, version, durability } = opened.description;
  return {
    uri: opened.uri,
    name: `${server} ${version}, ${durability}`,
    close: async () => {
      await opened.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
