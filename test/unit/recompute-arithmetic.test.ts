import { describe, expect, it } from 'vitest';
import { fitAls } from '#ml/als';
import { explainScore } from '#ml/explain';
import { rowOf, sparseFromTriples } from '#ml/sparse';
import { lastCronTime } from '#worker/cron-times';
import { MarketCollector } from '#worker/recompute/market-data';
import { strongestReasons } from '#worker/recompute/reasons';

describe('gathering a market', () => {
  const orders = [
    { customerId: 'c2', at: 5, total: 300, productIds: ['B', 'A', 'A'] },
    { customerId: 'c1', at: 9, total: 100, productIds: ['C'] },
    { customerId: 'c2', at: 2, total: 50, productIds: ['A'] },
  ];
  const gather = (given: typeof orders) => {
    const collector = new MarketCollector('GB');
    for (const order of given) collector.add(order);
    return collector.finish(['C', 'unheard of', 'A', 'A']);
  };

  it('numbers customers and products by their ids, whatever order the orders come in', () => {
    const { data, names } = gather(orders);
    expect(names).toEqual({ customers: ['c1', 'c2'], products: ['A', 'B', 'C'] });
    expect([...data.lastOrder]).toEqual([9, 5]);
    expect([...data.orderCount]).toEqual([1, 2]);
    expect([...data.spent]).toEqual([100, 350]);
    expect([...data.dealItems]).toEqual([0, 2]);
    const turned = gather([...orders].reverse());
    expect(turned.names).toEqual(names);
    expect(turned.data.spent).toEqual(data.spent);
  });

  it('counts a product once per order', () => {
    const { data } = gather(orders);
    const events = Array.from(data.purchases.items, (item, e) => [data.purchases.customers[e], item]);
    expect(events.sort()).toEqual([
      [0, 2],
      [1, 0],
      [1, 0],
      [1, 1],
    ]);
  });
});

describe('the reason of a recommendation', () => {
  it('is the largest contribution of the exact explanation', () => {
    const entries = Array.from({ length: 60 }, (_, e) => ({ row: e % 12, column: (e * 7 + (e % 5)) % 15 }));
    const users = sparseFromTriples(12, 15, {
      row: entries.map(({ row }) => row),
      column: entries.map(({ column }) => column),
      value: entries.map(() => 1),
    });
    const fit = fitAls(users, { factors: 8, regularization: 0.5, alpha: 2, iterations: 5, seed: 1 });
    for (let user = 0; user < 12; user++) {
      const { indices, values } = rowOf(users, user);
      const wanted = Int32Array.from({ length: 15 }, (_, item) => item);
      const reasons = strongestReasons(fit, indices, values, wanted);
      for (const item of wanted) {
        const [best] = explainScore(fit, indices, values, item).contributions;
        expect(reasons[item]).toBe(best && best.contribution > 0 ? best.item : -1);
      }
    }
  });
});

describe('cron lines in business time', () => {
  const schedule = { cron: '45 8 * * *', zone: 'Asia/Kolkata' };
  const at = (text: string) => new Date(text);

  it('find the last time that was passed, in its own zone', () => {
    const from = at('2026-11-20T00:00:00Z');
    expect(lastCronTime(schedule, from, at('2026-11-22T03:14:59Z'))).toEqual(at('2026-11-21T03:15:00Z'));
    expect(lastCronTime(schedule, from, at('2026-11-22T03:15:00Z'))).toEqual(at('2026-11-22T03:15:00Z'));
  });

  it('find nothing when none was passed, or it was served already', () => {
    expect(lastCronTime(schedule, at('2026-11-22T03:15:00Z'), at('2026-11-22T20:00:00Z'))).toBeNull();
    expect(lastCronTime(schedule, at('2026-11-22T04:00:00Z'), at('2026-11-22T04:00:00Z'))).toBeNull();
  });
});
