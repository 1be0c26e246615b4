import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetActiveLists } from '#domain/active-runs';
import { forgetPopular } from '#domain/popular-products';
import { browseOrder, everybody, greetingHint, recommendationId } from '#domain/recommendations';
import { clockAt } from '#lib/clock';
import { ActiveRun } from '#models/active-run';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Order } from '#models/order';
import { Product } from '#models/product';
import { type RankedProduct, Recommendation } from '#models/recommendation';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { makeSmallShop } from '#test/support/small-shop';

const database = useDatabase();
const NOON = new Date('2026-11-20T12:00:00Z');
const deps = testDeps({ clock: clockAt(NOON) });

beforeEach(async () => {
  await makeSmallShop(NOON, 4);
  forgetActiveLists();
  forgetPopular();
});
afterEach(database.clear);

const views = async () => {
  const products = new Map((await Product.find().lean()).map((product) => [product._id, product]));
  return (await Deal.find().sort({ number: 1 }).lean()).map((deal) => ({
    deal,
    product: products.get(deal.productId)!,
  }));
};
const shown = async (who = 'c1') => (await browseOrder(deps, who, await views())).map(({ product }) => product._id);

/** Publishes one list by hand. */
async function publish(list: 'again' | 'new' | 'popular', customerId: string, items: RankedProduct[]) {
  const row = { _id: recommendationId('run', list, customerId), runId: 'run', list, customerId, items };
  await Recommendation.create(row);
  await ActiveRun.updateOne(
    { _id: 'active' },
    {
      $set: { fence: 1, [`lists.${list}`]: { runId: 'run', at: NOON, simple: false } },
      $setOnInsert: { previous: {} },
    },
    { upsert: true },
  );
  forgetActiveLists();
}

describe('the order of deals', () => {
  it('is again, then new, then popular, then the number, each with its reason', async () => {
    await publish('popular', everybody('GB'), [
      { productId: 'A7', score: 9, reason: { kind: 'popular-now', count: 9 } },
    ]);
    await publish('new', 'c1', [
      { productId: 'A4', score: 1, reason: { kind: 'because-you-bought', productId: 'B3' } },
      { productId: 'B9', score: 0.5, reason: { kind: 'because-you-bought', productId: 'gone' } },
    ]);
    await publish('again', 'c1', [{ productId: 'B3', score: 2, reason: { kind: 'bought-before', count: 2 } }]);
    const order = await browseOrder(deps, 'c1', await views());
    expect(order.slice(0, 5).map(({ product, reason }) => [product._id, reason?.copy ?? null])).toEqual([
      ['B3', 'reason.bought-before'],
      ['A4', 'reason.because-you-bought'],
      ['B9', 'reason.popular-now'],
      ['A7', 'reason.popular-now'],
      ['A0', null],
    ]);
    expect(order[1]?.reason?.params?.['because']).toEqual({ names: { en: 'Product B3', hi: 'उत्पाद 13' } });
    expect(order).toHaveLength(20);
    expect(await greetingHint(deps, 'c1', await views())).toMatchObject({
      copy: 'hint.bought-before',
      params: { deal: 14, count: 2 },
    });
    expect(await browseOrder(deps, { _id: 'c1', market: 'GB' }, await views())).toEqual(order);
  });

  it('is what sells now without a run, and no greeting then', async () => {
    const [first] = await browseOrder(deps, 'c1', await views());
    expect(first?.reason).toMatchObject({ copy: 'reason.popular-now', params: { count: 2 } });
    expect(await greetingHint(deps, 'c1', await views())).toBeNull();
    await Order.deleteMany({});
    forgetPopular();
    expect((await browseOrder(deps, 'c1', await views())).every(({ reason }) => reason === null)).toBe(true);
  });

  it('leaves out what she cannot buy: another market, another area, stopped, over or sold out', async () => {
    await Customer.updateOne({ _id: 'c1' }, { $set: { place: { kind: 'address', text: 'x', pinCode: 'N1' } } });
    await Deal.updateOne({ _id: 'd-A0' }, { $set: { market: 'IN' } });
    await Deal.updateOne({ _id: 'd-A1' }, { $set: { pinCodes: ['SW1'] } });
    await Deal.updateOne({ _id: 'd-A2' }, { $set: { pinCodes: ['SW1', 'N1'] } });
    await Deal.updateOne({ _id: 'd-A3' }, { $set: { state: 'stopped' } });
    await Deal.updateOne({ _id: 'd-A4' }, { $set: { endsAt: NOON } });
    await Deal.updateOne({ _id: 'd-A5' }, { $set: { 'stock.free': 0 } });
    const found = await shown();
    expect(['A0', 'A1', 'A3', 'A4', 'A5'].filter((id) => found.includes(id))).toEqual([]);
    expect(found).toContain('A2');
  });
});
