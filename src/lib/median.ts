/** Finds the median of counted values; the lower one of two, so that it is a price somebody paid. 0 when empty. */
export function median(counts: ReadonlyMap<number, number>): number {
  const ascending = [...counts].sort(([a], [b]) => a - b);
  let left = Math.ceil(ascending.reduce((sum, [, times]) => sum + times, 0) / 2);
  for (const [value, times] of ascending) {
    left -= times;
    if (left <= 0) return value;
  }
  return 0;
}
