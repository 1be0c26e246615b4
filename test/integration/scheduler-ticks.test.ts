import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { publishLists, stampPublisher } from '#domain/active-runs';
import { readJob, withJob } from '#domain/jobs';
import { clockAt, systemClock } from '#lib/clock';
import { newOwner } from '#lib/owner';
import { ActiveRun } from '#models/active-run';
import { Job } from '#models/job';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import type { WorkerJob } from '#worker/job';
import { createScheduler } from '#worker/scheduler';

const database = useDatabase();
afterEach(database.clear);

const HOUR = 3_600_000;
const runs: string[] = [];
const note = (name: string, schedule: WorkerJob['schedule']): WorkerJob => ({
  name,
  schedule,
  leaseMs: 5_000,
  run: async ({ at, deps }) => {
    runs.push(`${name} ${at.toISOString()} ${deps.clock.now().toISOString()}`);
  },
});

/** Makes dependencies at a fixed business time that can be moved. */
function at(text: string) {
  let now = new Date(text);
  const deps = testDeps({ clock: { now: () => now, system: () => Date.now() } });
  const move = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };
  return { deps, move };
}

describe('the scheduler', () => {
  afterEach(() => {
    runs.length = 0;
  });

  it('runs a tick once however many workers there are', async () => {
    const { deps, move } = at('2026-11-22T10:00:00Z');
    const jobs = [note('plan', { cron: '45 8 * * *', zone: 'Asia/Kolkata' }), note('sweep', { everyMs: 30_000 })];
    const workers = ['a', 'b', 'c'].map((name) => createScheduler(deps, `elsewhere:1:${name}`, jobs));
    await Promise.all(workers.map((worker) => worker.runDue()));
    runs.length = 0;
    move(24 * HOUR);
    await Promise.all(workers.map((worker) => worker.runDue()));
    await Promise.all(workers.map((worker) => worker.runDue()));
    expect(runs.filter((run) => run.startsWith('plan'))).toEqual([
      'plan 2026-11-23T03:15:00.000Z 2026-11-23T03:15:00.000Z',
    ]);
    const sweeps = runs.filter((run) => run.startsWith('sweep'));
    expect(new Set(sweeps).size).toBe(sweeps.length);
  });

  it('runs what fell due in order, each job at its own instant, when business time is moved', async () => {
    const { deps, move } = at('2026-11-22T10:00:00Z');
    const zone = 'Asia/Kolkata';
    const jobs = [
      note('plan', { cron: '45 8 * * *', zone }),
      note('recompute', { cron: '30 3 * * *', zone }),
      note('sweep', { everyMs: 30_000 }),
    ];
    const worker = createScheduler(deps, newOwner(), jobs);
    await worker.runDue();
    runs.length = 0;
    move(24 * HOUR);
    await worker.runDue();
    expect(runs).toEqual([
      'sweep 2026-11-22T22:00:00.000Z 2026-11-22T22:00:00.000Z',
      'recompute 2026-11-22T22:00:00.000Z 2026-11-22T22:00:00.000Z',
      'sweep 2026-11-23T03:15:00.000Z 2026-11-23T03:15:00.000Z',
      'plan 2026-11-23T03:15:00.000Z 2026-11-23T03:15:00.000Z',
      'sweep 2026-11-23T10:00:00.000Z 2026-11-23T10:00:00.000Z',
    ]);
  });

  it('makes up for the last of several missed times, and for nothing before a job was first seen', async () => {
    const { deps, move } = at('2026-11-22T10:00:00Z');
    const jobs = [note('nightly', { cron: '30 3 * * *', zone: 'UTC' })];
    await createScheduler(deps, newOwner(), jobs).runDue();
    expect(runs).toEqual([]);
    move(72 * HOUR);
    await createScheduler(deps, newOwner(), jobs).runDue();
    expect(runs).toEqual(['nightly 2026-11-25T03:30:00.000Z 2026-11-25T03:30:00.000Z']);
  });

  it('tries a job that failed again and never counts the failure as served', async () => {
    const { deps } = at('2026-11-22T10:00:00Z');
    let tries = 0;
    const failing: WorkerJob = {
      ...note('failing', { everyMs: 1_000 }),
      run: async () => {
        tries++;
        if (tries === 1) throw new Error('no luck');
      },
    };
    await createScheduler(deps, newOwner(), [failing]).runDue();
    expect(await readJob('failing')).toMatchObject({ lastError: 'Error: no luck' });
    expect((await readJob('failing'))?.servedUntil).toBeUndefined();
    await createScheduler(deps, newOwner(), [failing]).runDue();
    expect(tries).toBe(2);
    expect((await readJob('failing'))?.lastError).toBeUndefined();
  });

  it('takes over at once from a worker of this machine that was killed, and waits for one elsewhere', async () => {
    const deps = testDeps({ clock: systemClock() });
    const until = new Date(Date.now() + 60_000);
    const lease = (owner: string) => ({ fence: 4, lease: { owner, until } });
    await Job.create({ _id: 'here', ...lease(`${hostname()}:999999999:gone`) });
    await Job.create({ _id: 'there', ...lease('elsewhere:1:alive') });
    const run = (job: string) => withJob(deps, { job, owner: newOwner(), leaseMs: 1_000 }, async ({ fence }) => fence);
    expect(await run('here')).toMatchObject({ kind: 'done', result: 5 });
    expect(await run('there')).toEqual({ kind: 'held', by: 'elsewhere:1:alive' });
  });

  it('refuses a second holder while the lease is renewed, and records nothing of a holder who lost it', async () => {
    const deps = testDeps({ clock: systemClock() });
    const held = { job: 'slow', owner: 'elsewhere:1:a', leaseMs: 1_000 };
    const first = await withJob(deps, held, async () => {
      const second = await withJob(deps, { ...held, owner: 'elsewhere:2:b' }, async () => 'never');
      expect(second.kind).toBe('held');
      const later = testDeps({ clock: { now: () => new Date(), system: () => Date.now() + 60_000 } });
      const third = await withJob(later, { ...held, owner: 'elsewhere:3:c' }, async () => 'took over');
      expect(third).toMatchObject({ kind: 'done', recorded: true });
      return 'too late';
    });
    expect(first).toMatchObject({ kind: 'done', recorded: false });
    expect((await readJob('slow'))?.lastResult).toBe('took over');
  });
});

describe('a worker stopped past its lease', () => {
  it('cannot publish once another has taken over', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', new URL('../support/stale-publisher.ts', import.meta.url).pathname, database.uri()],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('stamped true');
    child.kill('SIGSTOP');
    const now = new Date('2026-11-22T10:00:00Z');
    const deps = testDeps({ clock: { now: () => now, system: () => Date.now() + 60_000 } });
    const taken = await withJob(deps, { job: 'recompute', owner: newOwner(), leaseMs: 5_000 }, async ({ fence }) => {
      expect(await stampPublisher(fence)).toBe(true);
      return publishLists(fence, [{ list: 'new', runId: 'fresh', simple: false }], clockAt(now).now());
    });
    expect(taken).toMatchObject({ kind: 'done', result: true });
    child.kill('SIGCONT');
    child.stdin.write('go\n');
    const outcome = JSON.parse((await lines.next()).value ?? '{}');
    expect(outcome).toMatchObject({ result: false, recorded: false });
    expect((await ActiveRun.findById('active').lean())?.lists.new?.runId).toBe('fresh');
    if (child.exitCode === null) await once(child, 'exit');
  });
});
