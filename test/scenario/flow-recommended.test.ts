import { beforeEach, describe, expect, test } from 'vitest';
import { forgetActiveLists } from '#domain/active-runs';
import { forgetLiveDeals, liveDeals } from '#domain/deals';
import { withJob } from '#domain/jobs';
import { linkImport } from '#domain/linked-imports';
import { forgetPopular } from '#domain/popular-products';
import { browseOrder, greetingHint } from '#domain/recommendations';
import { ActiveRun } from '#models/active-run';
import { Order } from '#models/order';
import { seedTown } from '#seed/town';
import { useDatabase } from '#test/support/database';
import { recompute } from '#worker/recompute/recompute';
import { flowDeps, openScene } from './flow-support.ts';

const database = useDatabase();

beforeEach(async () => {
  await database.clear();
  forgetLiveDeals();
  forgetPopular();
});

async function learnedTown() {
  const deps = flowDeps();
  await seedTown(deps);
  const run = { job: 'recompute', owner: 'test', leaseMs: 60_000 };
  const outcome = await withJob(deps, run, (lease) => recompute(deps, lease));
  return { deps, outcome };
}

describe('the demo town', () => {
  test('is learned in a night: people see what they buy again first, with the reason', async () => {
    const { deps, outcome } = await learnedTown();
    expect(outcome).toMatchObject({ kind: 'done', result: { state: 'published' } });
    const deals = await liveDeals(deps, { market: 'IN' });
    const onOffer = new Set(deals.map(({ product }) => product._id));
    let right = 0;
    let asked = 0;
    for (let person = 1; person <= 60; person += 1) {
      const customerId = `c_town_${person}`;
      const orders = await Order.find({ customerId }).lean();
      const bought = new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
      if (![...bought].some((sku) => onOffer.has(sku))) continue;
      asked += 1;
      const [first] = await browseOrder(deps, customerId, deals);
      if (first && bought.has(first.product._id) && first.reason?.copy === 'reason.bought-before') right += 1;
    }
    expect(asked).toBeGreaterThan(40);
    expect(right / asked).toBeGreaterThan(0.8);
  });

  test('greets a linked customer with her own suggestion; without the active run the list and the greeting change', async () => {
    const { deps } = await learnedTown();
    const deals = await liveDeals(deps, { market: 'IN' });
    const scene = openScene(deps);
    const phone = scene.phone('Asha');
    const own = await greetingHint(deps, 'c_town_1', deals);
    expect(own).not.toBeNull();
    const before = (await browseOrder(deps, 'c_town_1', deals)).map(({ product }) => product._id);
    await linkImport(deps, { importId: 'town:1', channel: 'simulator', address: phone.address });
    await phone.say('hi');
    await phone.say('3');
    expect(await phone.say('yes')).toMatch(/write DEAL \d+/);
    expect(await phone.say('1')).toMatch(/You bought it/);
    await ActiveRun.deleteMany({});
    forgetActiveLists();
    forgetPopular();
    expect(await greetingHint(deps, 'c_town_1', deals)).toBeNull();
    expect((await browseOrder(deps, 'c_town_1', deals)).map(({ product }) => product._id)).not.toEqual(before);
  });
});
