import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onlyOnes, rowOf, type SparseMatrix, sparseFromTriples, transpose } from '#ml/sparse';

const dense = (matrix: SparseMatrix): number[][] =>
  Array.from({ length: matrix.rows }, (_, r) => {
    const { indices, values } = rowOf(matrix, r);
    const row = new Array<number>(matrix.columns).fill(0);
    indices.forEach((column, e) => {
      row[column] = values[e]!;
    });
    return row;
  });

const triples = fc.array(fc.record({ row: fc.nat(4), column: fc.nat(6), value: fc.integer({ min: -9, max: 9 }) }), {
  maxLength: 40,
});
const unzip = (entries: { row: number; column: number; value: number }[]) => ({
  row: entries.map((entry) => entry.row),
  column: entries.map((entry) => entry.column),
  value: entries.map((entry) => entry.value),
});

describe('a sparse matrix', () => {
  it('holds the sum of the triples at each place', () => {
    fc.assert(
      fc.property(triples, (entries) => {
        const expected = Array.from({ length: 5 }, () => new Array<number>(7).fill(0));
        for (const { row, column, value } of entries) expected[row]![column]! += value;
        expect(dense(sparseFromTriples(5, 7, unzip(entries)))).toEqual(expected);
      }),
    );
  });

  it('keeps columns ascending and each once', () => {
    fc.assert(
      fc.property(triples, (entries) => {
        const matrix = sparseFromTriples(5, 7, unzip(entries));
        for (let r = 0; r < 5; r++) {
          const columns = Array.from(rowOf(matrix, r).indices);
          expect(columns).toEqual([...new Set(columns)].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('is itself again after transposing twice, and swaps places once', () => {
    fc.assert(
      fc.property(triples, (entries) => {
        const matrix = sparseFromTriples(5, 7, unzip(entries));
        const turned = dense(transpose(matrix));
        dense(matrix).forEach((row, r) => {
          row.forEach((value, c) => {
            expect(turned[c]![r]).toBe(value);
          });
        });
        expect(transpose(transpose(matrix))).toEqual(matrix);
      }),
    );
  });

  it('can be empty', () => {
    const empty = sparseFromTriples(0, 0, { row: [], column: [], value: [] });
    expect(transpose(empty).indices).toHaveLength(0);
  });

  it('turns into ones at the same places', () => {
    const matrix = sparseFromTriples(1, 2, { row: [0, 0], column: [1, 1], value: [3, 4] });
    expect(dense(onlyOnes(matrix))).toEqual([[0, 1]]);
  });

  it('refuses places outside and arrays of different lengths', () => {
    expect(() => sparseFromTriples(1, 1, { row: [1], column: [0], value: [1] })).toThrow(/outside/);
    expect(() => sparseFromTriples(1, 1, { row: [0], column: [Number.NaN], value: [1] })).toThrow(/outside/);
    expect(() => sparseFromTriples(1, 1, { row: [0], column: [0], value: [] })).toThrow(/length/);
  });
});
