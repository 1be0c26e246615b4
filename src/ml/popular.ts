import type { Purchases } from './purchases.ts';

/**
 * Counts the distinct customers who bought each item at or after `from` and before `until` (the times' unit).
 * Someone who buys daily counts once. Ranked by `topK`, ties go to the lower item.
 */
export function countCustomersPerItem(
  purchases: Purchases,
  itemCount: number,
  from = Number.NEGATIVE_INFINITY,
  until = Number.POSITIVE_INFINITY,
): Float64Array {
  const counts = new Float64Array(itemCount);
  const seen = new Set<number>();
  for (let e = 0; e < purchases.items.length; e++) {
    const time = purchases.times[e]!;
    if (time < from || time >= until) continue;
    const pair = purchases.customers[e]! * itemCount + purchases.items[e]!;
    if (seen.has(pair)) continue;
    seen.add(pair);
    counts[purchases.items[e]!]!++;
  }
  return counts;
}
