import { afterAll, expect, it } from 'vitest';
import { diagnose } from '#domain/doctor';
import { purchaseStory, recover } from '#test/race/purchase-story';
import { Killed, wrapWrites } from '#test/race/write-faults';
import { useDatabase } from '#test/support/database';
import { type Market, testMarket } from '#test/support/market';
import '#models/active-run';
import '#models/audit';
import '#models/inbox';
import '#models/session';

const database = useDatabase();
const faults = wrapWrites();
afterAll(() => faults.remove());

/** Every so many-th write is tried; all of them in the full run. */
const STRIDE = process.env['TOLI_TEST_FULL'] === '1' ? 1 : 23;

async function broken({ deps }: Market): Promise<string[]> {
  const { checks } = await diagnose(deps, async () => undefined);
  return checks.flatMap(({ id, ok, examples }) => (ok === false ? [`${id}: ${examples.join('; ')}`] : []));
}

/** Tells the story until it dies at the n-th write, repairs, and looks; null when it did not die. */
async function lookAfterDeath(at: number, when: 'before' | 'after') {
  await database.clear();
  const market = testMarket();
  const story = await purchaseStory(market);
  faults.arm(at, when);
  for (let step = 0; step < story.names.length; step++) {
    try {
      await story.run(step);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
      faults.revive();
      await recover(market);
      return { where: `${story.names[step]}, ${when} write ${at}`, wrong: await broken(market) };
    }
  }
  faults.revive();
  await recover(market);
  expect(await broken(market), 'the whole story').toEqual([]);
  return null;
}

it('is clean after a death before or after any write and the repair', { timeout: 1_200_000 }, async () => {
  let deaths = 0;
  for (let at = 1; ; at += STRIDE) {
    const looks = [await lookAfterDeath(at, 'before'), await lookAfterDeath(at, 'after')];
    const died = looks.filter((look) => look !== null);
    for (const { where, wrong } of died) expect(wrong, where).toEqual([]);
    deaths += died.length;
    if (died.length === 0) break;
  }
  expect(deaths).toBeGreaterThan(4);
});
