import { basename } from 'node:path';
import type { Deps } from '#domain/deps';
import { ImportRun, type ImportRunDoc } from '#models/import-run';
import { ImportError } from './import-error.ts';
import { readDate } from './online-retail-rows.ts';
import { sourceFiles } from './source-files.ts';

/** Finds an earlier run of this kind, the one of the same source first: its shift of dates holds for all. */
export async function findRun(kind: string, path: string): Promise<ImportRunDoc | null> {
  const same = await ImportRun.findById(runId(kind, path)).lean<ImportRunDoc>();
  return same ?? ImportRun.findOne({ kind }).sort({ startedAt: 1 }).lean<ImportRunDoc>();
}

/** Starts a run or goes on with the one of the same source. */
export async function startRun(
  deps: Deps,
  { kind, path, shiftWeeks }: { kind: string; path: string; shiftWeeks: number },
): Promise<ImportRunDoc> {
  const _id = runId(kind, path);
  const source = basename(path);
  await ImportRun.updateOne(
    { _id },
    {
      $set: { state: 'running' },
      $setOnInsert: { kind, source, shiftWeeks, filesDone: [], counts: {}, startedAt: deps.clock.now() },
    },
    { upsert: true },
  );
  const run = await ImportRun.findById(_id).lean<ImportRunDoc>();
  if (!run) throw new Error(`import: the run ${_id} is gone.`);
  return run;
}

const DATE = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?|\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d/g;
const LONGEST_DATE = 19;

/** Finds the last date written anywhere in an export, as UTC ms, without parsing its rows. */
export async function findLastDate(path: string): Promise<number> {
  let last = Number.NEGATIVE_INFINITY;
  for await (const { stream } of sourceFiles(path)) {
    let rest = '';
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const text = rest + chunk.toString('latin1');
      for (const found of new Set(text.match(DATE))) last = Math.max(last, readDate(found) || last);
      rest = text.slice(-LONGEST_DATE);
    }
  }
  if (!Number.isFinite(last)) throw new ImportError('no-dates', `No date was found in "${path}".`);
  return last;
}

function runId(kind: string, path: string): string {
  return `import:${kind}:${basename(path)}`;
}
