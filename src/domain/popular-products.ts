import { briefly } from '#lib/briefly';
import { Order } from '#models/order';
import type { Deps } from './deps.ts';

const KEPT_MS = 60_000;
const DAYS = 30;
const DAY = 86_400_000;
const kept = briefly<ReadonlyMap<string, number>>(KEPT_MS);

/**
 * Counts the distinct customers who bought each product of a market in the last 30 days, from the orders themselves.
 * At most a minute old: it is what people see while no run has been published.
 */
export async function popularNow(deps: Pick<Deps, 'clock'>, market: string): Promise<ReadonlyMap<string, number>> {
  return kept.get(`${Order.db.name} ${market}`, () => countBuyers(market, deps.clock.now()));
}

/** Forgets the counts, so that the next reading asks the database. */
export function forgetPopular(): void {
  kept.forget();
}

async function countBuyers(market: string, now: Date): Promise<Map<string, number>> {
  const rows = await Order.aggregate<{ _id: string; buyers: number }>([
    {
      $match: {
        state: 'confirmed',
        placedAt: { $gte: new Date(now.getTime() - DAYS * DAY), $lte: now },
        market,
        total: { $gt: 0 },
      },
    },
    { $unwind: '$lines' },
    { $group: { _id: { product: '$lines.productId', customer: '$customerId' } } },
    { $group: { _id: '$_id.product', buyers: { $sum: 1 } } },
  ]);
  return new Map(rows.map((row) => [row._id, row.buyers]));
}
