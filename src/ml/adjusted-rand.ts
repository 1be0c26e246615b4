/**
 * Measures how far two labellings of the same points agree, corrected for chance (Hubert and Arabie, 1985):
 * 1 = the same up to renaming, about 0 = unrelated. Labels are small non-negative integers.
 */
export function adjustedRand(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const table = countOverlaps(a, b);
  let together = 0;
  for (const cell of table.cells) together += pairs(cell);
  const inA = sumOfPairs(table.rowSums);
  const inB = sumOfPairs(table.columnSums);
  const all = pairs(a.length);
  const expected = all === 0 ? 0 : (inA * inB) / all;
  const most = (inA + inB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

/** Holds how many points have label r in the first and c in the second labelling, row by row. */
export interface Overlaps {
  readonly rows: number;
  readonly columns: number;
  readonly cells: Float64Array;
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
}

/** Counts the contingency table of two labellings. Throws a RangeError when they differ in length. */
export function countOverlaps(a: ArrayLike<number>, b: ArrayLike<number>): Overlaps {
  if (a.length !== b.length) throw new RangeError(`${a.length} labels against ${b.length}`);
  let rows = 0;
  let columns = 0;
  for (let i = 0; i < a.length; i++) {
    rows = Math.max(rows, a[i]! + 1);
    columns = Math.max(columns, b[i]! + 1);
  }
  const cells = new Float64Array(rows * columns);
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let i = 0; i < a.length; i++) {
    cells[a[i]! * columns + b[i]!]!++;
    rowSums[a[i]!]!++;
    columnSums[b[i]!]!++;
  }
  return { rows, columns, cells, rowSums, columnSums };
}

function sumOfPairs(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += pairs(count);
  return total;
}

function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}
