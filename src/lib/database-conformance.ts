import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Database, DatabaseCheck, Row } from './database-check.ts';
import { indexChecks } from './database-checks-indexes.ts';
import { raceChecks } from './database-checks-races.ts';
import { readChecks } from './database-checks-reads.ts';
import { writeChecks } from './database-checks-writes.ts';
import { openDataFolder, readRunning } from './embedded-database/data-folder.ts';
import { openDatabase } from './embedded-database/open.ts';

export type CheckResult = {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly reason?: string;
};

/** Lists everything Toli relies on in a MongoDB. */
export const databaseChecks: readonly DatabaseCheck[] = [...readChecks, ...indexChecks, ...writeChecks, ...raceChecks];

/** Runs all checks in a scratch database on this database's server; it is dropped in the end. */
export async function checkDatabase(
  database: Database,
  onResult: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const scratch = database.client.db(`toli_check_${randomBytes(4).toString('hex')}`);
  const results: CheckResult[] = [];
  try {
    for (const check of databaseChecks) {
      const result = await timed(check.name, () => check.run(scratch));
      results.push(result);
      onResult(result);
    }
  } finally {
    await scratch.dropDatabase();
  }
  return results;
}

/** Kills an embedded server of its own in the middle of writing and looks for what it had acknowledged. */
export async function checkKillDurability(): Promise<CheckResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'toli-check-'));
  try {
    return await timed('the embedded server keeps every acknowledged write when it is killed', () =>
      killAndCount(dataDir),
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function killAndCount(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir, network: false, background: false, cacheMegabytes: 256 });
  const connection = await mongoose.createConnection(database.uri, { serverSelectionTimeoutMS: 20_000 }).asPromise();
  try {
    const acknowledged = await writeUntilKilled(connection.db!, readRunning(openDataFolder(dataDir))!.pid);
    const found = await patiently(() => connection.db!.collection<Row>('kept').distinct('_id'));
    const lost = acknowledged.filter((id) => !new Set(found).has(id));
    if (lost.length > 0) throw new Error(`${lost.length} of ${acknowledged.length} acknowledged writes are missing`);
  } finally {
    await connection.close();
    await database.stop();
  }
}

async function writeUntilKilled(database: Database, pid: number): Promise<string[]> {
  const rows = database.collection<Row>('kept', { writeConcern: { w: 'majority', journal: true } });
  const acknowledged: string[] = [];
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let n = 0; n < 100_000; n += 1) {
      await rows.insertOne({ _id: `${lane}:${n}` });
      acknowledged.push(`${lane}:${n}`);
      if (acknowledged.length === 500) process.kill(pid, 'SIGKILL');
      if (acknowledged.length >= 500) return;
    }
  });
  await Promise.allSettled(lanes);
  return acknowledged;
}

async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (tries === 20) throw error;
      await pause(250);
    }
  }
}

async function timed(name: string, run: () => Promise<void>): Promise<CheckResult> {
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  try {
    await run();
    return { name, ok: true, ms: ms() };
  } catch (error) {
    return { name, ok: false, ms: ms(), reason: (error as Error).message };
  }
}
