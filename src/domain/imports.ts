import { basename } from 'node:path';
import { ImportRun, type ImportRunDoc } from '#models/import-run';
import type { Deps } from './deps.ts';

export type { ImportRunDoc } from '#models/import-run';

/** Finds an earlier run of this kind, the one of the same source first: its shift of dates holds for all. */
export async function findImportRun(kind: string, path: string): Promise<ImportRunDoc | null> {
  const same = await ImportRun.findById(runId(kind, path)).lean<ImportRunDoc>();
  return same ?? ImportRun.findOne({ kind }).sort({ startedAt: 1 }).lean<ImportRunDoc>();
}

/** Starts a run or goes on with the one of the same source. */
export async function startImportRun(
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

/** Notes files whose rows are all written. */
export async function markFilesDone(importRun: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  await ImportRun.updateOne({ _id: importRun }, { $addToSet: { filesDone: { $each: [...files] } } });
}

/** Ends a run with what it counted. */
export async function endImportRun(deps: Deps, importRun: string, counts: ImportRunDoc['counts']): Promise<void> {
  await ImportRun.updateOne({ _id: importRun }, { $set: { state: 'done', finishedAt: deps.clock.now(), counts } });
}

function runId(kind: string, path: string): string {
  return `import:${kind}:${basename(path)}`;
}
