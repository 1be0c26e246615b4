/** Holds `count` points of `dimensions` numbers each, one after the other. */
export interface Points {
  readonly count: number;
  readonly dimensions: number;
  readonly values: Float64Array;
}

/** Packs equally long rows into points. Throws a RangeError when they differ in length. */
export function pointsFromRows(rows: readonly ArrayLike<number>[]): Points {
  const dimensions = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    if (row.length !== dimensions) throw new RangeError(`row ${i} has ${row.length} numbers, not ${dimensions}`);
    values.set(row, i * dimensions);
  });
  return { count: rows.length, dimensions, values };
}

/** Packs equally long columns (one array per feature) into points. Throws a RangeError when they differ in length. */
export function pointsFromColumns(columns: readonly ArrayLike<number>[]): Points {
  const count = columns[0]?.length ?? 0;
  const dimensions = columns.length;
  const values = new Float64Array(count * dimensions);
  columns.forEach((column, d) => {
    if (column.length !== count) throw new RangeError(`column ${d} has ${column.length} numbers, not ${count}`);
    for (let i = 0; i < count; i++) values[i * dimensions + d] = column[i]!;
  });
  return { count, dimensions, values };
}

/** Copies the points with the given indices, in that order; an index may repeat. */
export function pickPoints(points: Points, indices: ArrayLike<number>): Points {
  const { dimensions } = points;
  const values = new Float64Array(indices.length * dimensions);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * dimensions;
    values.set(points.values.subarray(from, from + dimensions), i * dimensions);
  }
  return { count: indices.length, dimensions, values };
}

/** Measures the squared Euclidean distance of row `i` of `a` to row `j` of `b`. */
export function squaredDistance(a: Float64Array, i: number, b: Float64Array, j: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0, p = i * dimensions, q = j * dimensions; d < dimensions; d++) {
    const gap = a[p + d]! - b[q + d]!;
    sum += gap * gap;
  }
  return sum;
}
