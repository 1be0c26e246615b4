/**
 * Holds a sparse matrix in compressed rows: row r owns entries starts[r] … starts[r + 1] - 1 of
 * `indices` (its columns, ascending, each once) and `values`.
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** Holds (row, column, value) entries in any order, as three arrays of one length. */
export interface Triples {
  readonly row: ArrayLike<number>;
  readonly column: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

/**
 * Builds a matrix from triples; values at the same place are added.
 * Throws a RangeError when lengths differ or an index is outside the matrix.
 */
export function sparseFromTriples(rows: number, columns: number, triples: Triples): SparseMatrix {
  checkTriples(rows, columns, triples);
  const byColumn = bucketRows(columns, rows, triples.column, triples.row, triples.value);
  return addNeighbours(transpose(byColumn));
}

/** Swaps rows and columns. Entries of each new row come out ascending. */
export function transpose(matrix: SparseMatrix): SparseMatrix {
  const row = new Int32Array(matrix.indices.length);
  for (let r = 0; r < matrix.rows; r++) row.fill(r, matrix.starts[r]!, matrix.starts[r + 1]!);
  return bucketRows(matrix.columns, matrix.rows, matrix.indices, row, matrix.values);
}

/** Reads one row as views on the matrix (not copies). */
export function rowOf(matrix: SparseMatrix, row: number): { indices: Int32Array; values: Float64Array } {
  const from = matrix.starts[row]!;
  const to = matrix.starts[row + 1]!;
  return { indices: matrix.indices.subarray(from, to), values: matrix.values.subarray(from, to) };
}

/** Makes a matrix of the same places with every value 1. */
export function onlyOnes(matrix: SparseMatrix): SparseMatrix {
  return { ...matrix, values: new Float64Array(matrix.values.length).fill(1) };
}

function checkTriples(rows: number, columns: number, { row, column, value }: Triples): void {
  if (row.length !== column.length || row.length !== value.length) throw new RangeError('triples differ in length');
  for (let e = 0; e < row.length; e++) {
    const inside = row[e]! >= 0 && row[e]! < rows && column[e]! >= 0 && column[e]! < columns;
    if (!inside) throw new RangeError(`entry ${e} (${row[e]}, ${column[e]}) is outside ${rows} x ${columns}`);
  }
}

/** Counting sort by row; entries of a row keep the order in which they came. */
function bucketRows(
  rows: number,
  columns: number,
  row: ArrayLike<number>,
  column: ArrayLike<number>,
  value: ArrayLike<number>,
): SparseMatrix {
  const starts = new Int32Array(rows + 1);
  for (let e = 0; e < row.length; e++) starts[row[e]! + 1]!++;
  for (let r = 0; r < rows; r++) starts[r + 1]! += starts[r]!;
  const next = starts.slice(0, rows);
  const indices = new Int32Array(row.length);
  const values = new Float64Array(row.length);
  for (let e = 0; e < row.length; e++) {
    const at = next[row[e]!]!++;
    indices[at] = column[e]!;
    values[at] = value[e]!;
  }
  return { rows, columns, starts, indices, values };
}

/** Adds up entries of a row that share a column; they are neighbours because rows are sorted. */
function addNeighbours(matrix: SparseMatrix): SparseMatrix {
  const starts = new Int32Array(matrix.rows + 1);
  const indices = new Int32Array(matrix.indices.length);
  const values = new Float64Array(matrix.values.length);
  let used = 0;
  for (let r = 0; r < matrix.rows; r++) {
    const begin = used;
    for (let e = matrix.starts[r]!; e < matrix.starts[r + 1]!; e++) {
      if (used === begin || indices[used - 1] !== matrix.indices[e]) indices[used++] = matrix.indices[e]!;
      values[used - 1]! += matrix.values[e]!;
    }
    starts[r + 1] = used;
  }
  return { ...matrix, starts, indices: indices.slice(0, used), values: values.slice(0, used) };
}
