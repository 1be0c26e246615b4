import { expect, it } from 'vitest';
import { listJobs } from '#domain/jobs';
import { ensureIndexes, useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { startWorker } from '#worker/start';
import '#main/all-models';

useDatabase();

it('the real worker does all of its jobs on an empty database, and its nights and mornings once a day has passed', async () => {
  await ensureIndexes();
  let now = new Date('2026-11-20T10:00:00Z');
  const deps = testDeps({ clock: { now: () => now, system: () => Date.now() } });
  const worker = startWorker(deps);
  await worker.runDue();
  now = new Date('2026-11-21T12:00:00Z');
  await worker.runDue();
  await worker.stop();
  const jobs = await listJobs();
  expect(jobs.filter(({ lastError }) => lastError !== undefined)).toEqual([]);
  const done = jobs.filter(({ lastEnd }) => lastEnd !== undefined).map(({ _id }) => _id);
  expect(done).toEqual(
    expect.arrayContaining([
      'sweep-teams',
      'settle',
      'refunds',
      'prove-ledger',
      'recompute',
      'plan-IN',
      'plan-GB',
      'plan-BR',
    ]),
  );
  expect(jobs.every(({ lease }) => lease === undefined)).toBe(true);
});
