import { median } from '#lib/median';
import { derivedId } from '#lib/random';
import { Deal } from '#models/deal';
import { Order } from '#models/order';
import { addDeal } from './deals.ts';
import type { Deps } from './deps.ts';
import type { ImportPlace } from './imports-rows.ts';

const DAY = 86_400_000;
const SIZE = 3;
const DISCOUNT = 0.15;
const LIVE_DAYS = 30;
const STOCK = 300;

interface Sold {
  readonly productId: string;
  readonly buyers: number;
  readonly price: number;
}

/**
 * Opens deals on the products most bought (by distinct customers) in the last 30 imported days, 15 % under their
 * median price, for teams of three within 24 hours. A product that has a running deal keeps it. Returns their numbers.
 */
export async function openImportedDeals(deps: Deps, place: ImportPlace, count: number): Promise<number[]> {
  const last = await Order.findOne({ source: 'import', market: place.market, state: 'confirmed' })
    .sort({ placedAt: -1 })
    .lean();
  if (!last) return [];
  const numbers: number[] = [];
  for (const sold of (await mostBought(place, last.placedAt)).slice(0, count))
    numbers.push(await openDeal(deps, sold, last.localDay));
  return numbers.sort((a, b) => a - b);
}

async function openDeal(deps: Deps, { productId, price }: Sold, lastDay: string): Promise<number> {
  const now = deps.clock.now();
  const running = await Deal.findOne({ productId, state: 'live', endsAt: { $gt: now } }).lean();
  if (running) return running.number;
  const deal = await addDeal(deps, {
    id: derivedId('d', 'import', productId, lastDay, now.toISOString().slice(0, 10)),
    productId,
    size: SIZE,
    teamPrice: Math.max(1, Math.round(price * (1 - DISCOUNT))),
    soloPrice: price,
    windowMs: DAY,
    endsAt: new Date(now.getTime() + LIVE_DAYS * DAY),
    stock: STOCK,
  });
  return deal.number;
}

async function mostBought(place: ImportPlace, until: Date): Promise<Sold[]> {
  const rows = await Order.aggregate<{ _id: string; customers: string[]; prices: number[] }>([
    {
      $match: {
        state: 'confirmed',
        placedAt: { $gt: new Date(until.getTime() - 30 * DAY), $lte: until },
        source: 'import',
        market: place.market,
      },
    },
    { $unwind: '$lines' },
    { $match: { 'lines.quantity': { $gt: 0 } } },
    {
      $group: {
        _id: '$lines.productId',
        customers: { $addToSet: '$customerId' },
        prices: { $push: '$lines.unitPrice' },
      },
    },
  ]);
  return rows
    .map(({ _id, customers, prices }) => ({ productId: _id, buyers: customers.length, price: medianOf(prices) }))
    .filter(({ price }) => price > 0)
    .sort((a, b) => b.buyers - a.buyers || (a.productId < b.productId ? -1 : 1));
}

function medianOf(prices: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const price of prices) counts.set(price, (counts.get(price) ?? 0) + 1);
  return median(counts);
}
