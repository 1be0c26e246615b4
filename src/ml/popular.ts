import type { Purchases } from './purchases.ts';
import { sparseFromTriples } from './sparse.ts';

/**
 * Counts the distinct customers who bought each item at or after `from` and before `until` (the times' unit).
 * Someone who buys daily counts once. Ranked by `topK`, ties go to the lower item.
 */
export function countCustomersPerItem(
  { customers, items, times }: Purchases,
  itemCount: number,
  from = Number.NEGATIVE_INFINITY,
  until = Number.POSITIVE_INFINITY,
): Float64Array {
  const inWindow = (_: number, e: number) => times[e]! >= from && times[e]! < until;
  const column = customers.filter(inWindow);
  const customerCount = column.reduce((most, customer) => Math.max(most, customer + 1), 0);
  const { starts } = sparseFromTriples(itemCount, customerCount, {
    row: items.filter(inWindow),
    column,
    value: column,
  });
  return Float64Array.from({ length: itemCount }, (_, item) => starts[item + 1]! - starts[item]!);
}
