import { Order } from '#models/order';
import type { Deps } from './deps.ts';

const KEPT_MS = 60_000;
const DAYS = 30;
const DAY = 86_400_000;
const kept = new Map<string, { readonly at: number; readonly counts: ReadonlyMap<string, number> }>();

/**
 * Counts the distinct customers who bought each product of a market in the last 30 days, from the orders themselves.
 * At most a minute old: it is what people see while no run has been published.
 */
export async function popularNow(deps: Pick<Deps, 'clock'>, market: string): Promise<ReadonlyMap<string, number>> {
  const system = deps.clock.system();
  const known = kept.get(market);
  if (known && system - known.at >= 0 && system - known.at < KEPT_MS) return known.counts;
  const counts = await countBuyers(market, deps.clock.now());
  kept.set(market, { at: system, counts });
  return counts;
}

/** Forgets the counts, so that the next reading asks the database. */
export function forgetPopular(): void {
  kept.clear();
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
