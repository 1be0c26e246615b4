/**
 * Measures NDCG@k with binary relevance: Σ over hits at place p (from 1) of 1 / log₂(p + 1), divided by what
 * min(k, |relevant|) hits at the top would give. NaN when nothing is relevant.
 */
export function ndcgAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  let gain = 0;
  for (let p = 0; p < Math.min(k, ranked.length); p++) if (relevant.has(ranked[p]!)) gain += 1 / Math.log2(p + 2);
  let ideal = 0;
  for (let p = 0; p < Math.min(k, relevant.size); p++) ideal += 1 / Math.log2(p + 2);
  return gain / ideal;
}

/** Measures recall@k: hits among the first k divided by |relevant|. NaN when nothing is relevant. */
export function recallAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  let hits = 0;
  for (let p = 0; p < Math.min(k, ranked.length); p++) if (relevant.has(ranked[p]!)) hits++;
  return hits / relevant.size;
}

/** Averages values; NaN when there are none. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total / values.length;
}
