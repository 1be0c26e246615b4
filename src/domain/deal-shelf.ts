import { briefly } from '#lib/briefly';
import { microBatch } from '#lib/micro-batch';
import { nativeCollection } from '#lib/mongo';
import { Deal, type DealDoc } from '#models/deal';
import { Product, type ProductDoc } from '#models/product';
import type { DealView } from './team-types.ts';

/** How long (ms, system time) a deal is shown as it was read. What is decided about it is decided in the database. */
const SHELF_MS = 1_000;

const shelf = briefly<DealView | null>(SHELF_MS);

/** Leaves out what running teams hold: it can be long and nobody is shown it. */
export const WITHOUT_HOLDS = { 'stock.holds': 0 } as const;

const load = microBatch<string, DealView | null>({ maxDelayMs: 1, maxSize: 200, concurrency: 2, run: readViews });

/** Reads a deal with its product, at most a second old; null when there is none. */
export function shelvedDeal(id: string): Promise<DealView | null> {
  return shelf.get(`${Deal.db.name} ${id}`, () => load(id));
}

/** Forgets what is on the shelf, so that the next reader sees a change at once. */
export function clearShelf(): void {
  shelf.forget();
}

/** Puts products to deals; a deal whose product is gone is left out. */
export async function withProducts(found: readonly DealDoc[]): Promise<DealView[]> {
  const ids = [...new Set(found.map(({ productId }) => productId))];
  const products = await nativeCollection(Product)
    .find({ _id: { $in: ids } })
    .toArray();
  const productOf = new Map(products.map((product) => [product._id, product as ProductDoc]));
  return found.flatMap((deal) => {
    const product = productOf.get(deal.productId);
    return product ? [{ deal, product }] : [];
  });
}

async function readViews(ids: string[]): Promise<(DealView | null)[]> {
  const found = await nativeCollection(Deal)
    .find({ _id: { $in: [...new Set(ids)] } }, { projection: WITHOUT_HOLDS })
    .toArray();
  const views = await withProducts(found as DealDoc[]);
  const viewOf = new Map(views.map((view) => [view.deal._id, view]));
  return ids.map((id) => viewOf.get(id) ?? null);
}
