import { afterAll, expect, it } from 'vitest';
import { ending, purchaseStory, recover } from '#test/race/purchase-story';
import { Killed, wrapWrites } from '#test/race/write-faults';
import { useDatabase } from '#test/support/database';
import { testMarket } from '#test/support/market';
import { brokenInvariants, restless } from '#test/support/market-invariants';

const database = useDatabase();
const faults = wrapWrites();
afterAll(() => faults.remove());

/** Every so many-th write is tried; all of them in the full run. */
const STRIDE = process.env['TOLI_TEST_FULL'] === '1' ? 1 : 17;

/** Tells the story, dying at the n-th write; whoever was interrupted does his step again after the repair. */
async function tell(at: number, when: 'before' | 'after') {
  await database.clear();
  const market = testMarket();
  const story = await purchaseStory(market);
  faults.arm(at, when);
  for (let step = 0; step < story.names.length; step++) {
    try {
      await story.run(step);
    } catch (error) {
      if (!(error instanceof Killed)) throw new Error(`${story.names[step]} (write ${at} ${when})`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 5));
      faults.revive();
      await recover(market);
      expect(await brokenInvariants(), `${story.names[step]}, ${when} write ${at}`).toEqual([]);
      await story.run(step);
    }
  }
  const writes = faults.seen();
  faults.revive();
  await recover(market);
  return { writes: [...writes], market, end: await ending() };
}

it('a story cut off before or after any write ends as if nothing had happened', { timeout: 1_200_000 }, async () => {
  const whole = await tell(Number.POSITIVE_INFINITY, 'before');
  expect(await brokenInvariants()).toEqual([]);
  expect(await restless(whole.market.clock.now())).toEqual([]);
  expect(whole.end).toMatchObject({
    teams: ['asha succeeded 3', 'chetan expired 0', 'eva succeeded 3', 'farid cancelled 0'],
  });
  if (process.env['TOLI_TEST_FULL'] === '1') console.log(`${whole.writes.length} writes: ${whole.writes.join(' ')}`);
  for (let at = 1; at <= whole.writes.length; at += STRIDE)
    for (const when of ['before', 'after'] as const) {
      const { end, market } = await tell(at, when);
      const where = `${when} write ${at} (${whole.writes[at - 1]})`;
      expect(end, where).toEqual(whole.end);
      expect(await restless(market.clock.now()), where).toEqual([]);
      expect(await brokenInvariants(), where).toEqual([]);
    }
});
