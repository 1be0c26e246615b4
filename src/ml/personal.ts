import type { Purchases } from './purchases.ts';
import { type SparseMatrix, sparseFromTriples } from './sparse.ts';
import { markIndices, topK } from './top-k.ts';

/** Counts on how many invoices each customer bought each item: customers x items. */
export function countInvoicesPerItem(purchases: Purchases, customerCount: number, itemCount: number): SparseMatrix {
  const value = new Float64Array(purchases.items.length).fill(1);
  return sparseFromTriples(customerCount, itemCount, { row: purchases.customers, column: purchases.items, value });
}

/**
 * Ranks what a customer bought before, most often first; ties by the filler's popularity, then the lower item.
 * `items` and `counts` are her row of `countInvoicesPerItem`, `popularity` one number per item of the shop.
 */
export function rankPersonal(
  items: ArrayLike<number>,
  counts: ArrayLike<number>,
  popularity: ArrayLike<number>,
): Int32Array {
  const order = Array.from(items, (item, e) => ({ item, count: counts[e]!, popular: popularity[item]! }));
  order.sort((a, b) => b.count - a.count || b.popular - a.popular || a.item - b.item);
  return Int32Array.from(order, ({ item }) => item);
}

/**
 * Lists k items: first what she bought before, then what is popular. The rival that "Order again" must not lose to
 * ("personal-then-popular-30d" when `popularity` counts 30 days).
 */
export function personalThenPopular(
  items: ArrayLike<number>,
  counts: ArrayLike<number>,
  popularity: ArrayLike<number>,
  k: number,
): Int32Array {
  const personal = rankPersonal(items, counts, popularity).subarray(0, k);
  const filler = topK(popularity, k - personal.length, markIndices(popularity.length, personal));
  return Int32Array.of(...personal, ...filler);
}
