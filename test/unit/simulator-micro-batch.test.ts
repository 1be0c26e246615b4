import { describe, expect, it, vi } from 'vitest';
import { microBatch } from '#lib/micro-batch';

const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('microBatch', () => {
  it('does concurrent items in one batch and hands each its own result', async () => {
    const run = vi.fn(async (items: number[]) => items.map((item) => item * 2));
    const double = microBatch({ maxDelayMs: 1, maxSize: 100, run });
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('never makes a batch larger than its limit', async () => {
    const sizes: number[] = [];
    const run = async (items: number[]) => {
      sizes.push(items.length);
      return items;
    };
    const echo = microBatch({ maxDelayMs: 1, maxSize: 4, run });
    expect(await Promise.all(Array.from({ length: 10 }, (_, n) => echo(n)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
  });

  it('gathers while a batch runs and then does the rest at once', async () => {
    const batches: number[][] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const run = async (items: number[]) => {
      batches.push(items);
      if (batches.length === 1) await held;
      return items;
    };
    const echo = microBatch({ maxDelayMs: 0, maxSize: 100, run });
    const first = echo(1);
    await tick();
    const rest = [echo(2), echo(3)];
    await tick();
    expect(batches).toEqual([[1]]);
    release();
    await Promise.all([first, ...rest]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('runs as many batches at once as allowed and no more', async () => {
    let now = 0;
    let most = 0;
    const run = async (items: number[]) => {
      now += 1;
      most = Math.max(most, now);
      await tick();
      now -= 1;
      return items;
    };
    const echo = microBatch({ maxDelayMs: 0, maxSize: 1, concurrency: 3, run });
    await Promise.all(Array.from({ length: 9 }, (_, n) => echo(n)));
    expect(most).toBe(3);
  });

  it('rejects every item of a batch that fails, and goes on with the next', async () => {
    const run = async (items: number[]) => {
      if (items.includes(13)) throw new Error('no');
      return items;
    };
    const echo = microBatch({ maxDelayMs: 0, maxSize: 2, run });
    const results = await Promise.allSettled([13, 1, 2, 3].map(echo));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('says so when a batch gives another number of results than it got items', async () => {
    const broken = microBatch({ maxDelayMs: 0, maxSize: 2, run: async () => [] as number[] });
    await expect(broken(1)).rejects.toThrow('1 items gave 0 results');
  });

  it('leaves no timer behind when nothing waits', async () => {
    vi.useFakeTimers();
    const echo = microBatch({ maxDelayMs: 10, maxSize: 2, run: async (items: number[]) => items });
    const done = Promise.all([echo(1), echo(2)]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await done;
  });
});
