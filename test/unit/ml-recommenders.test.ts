import { describe, expect, it } from 'vitest';
import { factorsOf, fitAls, scoreItems } from '#ml/als';
import { foldIn } from '#ml/fold-in';
import { countInvoicesPerItem, personalThenPopular, rankPersonal } from '#ml/personal';
import { countCustomersPerItem } from '#ml/popular';
import type { Purchases } from '#ml/purchases';
import { createRandom } from '#ml/random';
import { rowOf, type SparseMatrix, sparseFromTriples } from '#ml/sparse';
import { markIndices, topK } from '#ml/top-k';

const SIZE = 20;

/** Everyone likes the items of her own colour; the one on the diagonal is withheld. */
function checkerboard(): SparseMatrix {
  const row: number[] = [];
  const column: number[] = [];
  for (let u = 0; u < SIZE; u++) {
    for (let i = 0; i < SIZE; i++) {
      if ((u + i) % 2 !== 0 || u === i) continue;
      row.push(u);
      column.push(i);
    }
  }
  return sparseFromTriples(SIZE, SIZE, { row, column, value: row.map(() => 1) });
}

type FirstNewItem = (board: SparseMatrix, user: number) => number;
const OPTIONS = { factors: 8, regularization: 0.05, alpha: 4, iterations: 12, seed: 3 };
const bestUnseen = (board: SparseMatrix, user: number, scores: Float64Array) =>
  topK(scores, 1, markIndices(SIZE, rowOf(board, user).indices))[0]!;

const RECOMMENDERS: Record<string, FirstNewItem> = {
  'ALS by conjugate gradients': (board, user) => {
    const fit = fitAls(board, OPTIONS);
    return bestUnseen(board, user, scoreItems(fit, factorsOf(fit.userFactors, user, 8)));
  },
  'ALS by Cholesky': (board, user) => {
    const fit = fitAls(board, { ...OPTIONS, solver: 'cholesky' });
    return bestUnseen(board, user, scoreItems(fit, factorsOf(fit.userFactors, user, 8)));
  },
  'ALS with everyone folded in': (board, user) => {
    const { indices, values } = rowOf(board, user);
    return bestUnseen(board, user, scoreItems(fitAls(board, OPTIONS), foldIn(fitAls(board, OPTIONS), indices, values)));
  },
};

describe.each(Object.entries(RECOMMENDERS))('%s', (_, firstNewItem) => {
  it('finds the withheld diagonal of a checkerboard, where chance finds one in eleven', () => {
    const board = checkerboard();
    const found = Array.from({ length: SIZE }, (_, user) => firstNewItem(board, user) === user).filter(Boolean).length;
    expect(found).toBe(SIZE);
  });
});

describe('top k', () => {
  it('ranks by score, the lower index first when equal', () => {
    expect(Array.from(topK([1, 3, 2, 3, 1], 4))).toEqual([1, 3, 2, 0]);
  });

  it('leaves out what is marked and what is not a number, and may come out short', () => {
    expect(Array.from(topK([1, Number.NaN, 2], 5, markIndices(3, [2])))).toEqual([0]);
    expect(topK([1, 2], 0)).toHaveLength(0);
    expect(topK([], 3)).toHaveLength(0);
  });

  it('equals sorting everything', () => {
    const random = createRandom(8);
    for (let trial = 0; trial < 50; trial++) {
      const scores = Array.from({ length: 60 }, () => Math.floor(random() * 9));
      const sorted = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
      expect(Array.from(topK(scores, 12))).toEqual(sorted.slice(0, 12));
    }
  });
});

describe('the simple lists', () => {
  // Customer 0 buys item 2 twice and items 0, 1 once; customer 1 buys item 1; customer 2 buys items 3 and 1, long ago.
  const purchases: Purchases = {
    customers: Int32Array.of(0, 0, 0, 0, 1, 2, 2),
    items: Int32Array.of(2, 2, 0, 1, 1, 3, 1),
    invoices: Int32Array.of(0, 1, 0, 1, 2, 3, 3),
    times: Float64Array.of(10, 20, 10, 20, 15, 1, 1),
  };

  it('count distinct customers, not purchases, within the window', () => {
    expect(Array.from(countCustomersPerItem(purchases, 5))).toEqual([1, 3, 1, 1, 0]);
    expect(Array.from(countCustomersPerItem(purchases, 5, 10))).toEqual([1, 2, 1, 0, 0]);
    expect(Array.from(countCustomersPerItem(purchases, 5, 10, 20))).toEqual([1, 1, 1, 0, 0]);
  });

  it('put what she bought most first, ties by popularity, then the lower item', () => {
    const { indices, values } = rowOf(countInvoicesPerItem(purchases, 3, 5), 0);
    expect(Array.from(rankPersonal(indices, values, [1, 2, 1, 0, 0]))).toEqual([2, 1, 0]);
    expect(Array.from(rankPersonal(indices, values, [0, 0, 0, 0, 0]))).toEqual([2, 0, 1]);
  });

  it('go on with what is popular and repeat nothing', () => {
    const { indices, values } = rowOf(countInvoicesPerItem(purchases, 3, 5), 0);
    expect(Array.from(personalThenPopular(indices, values, [1, 9, 1, 0, 5], 5))).toEqual([2, 1, 0, 4, 3]);
    expect(Array.from(personalThenPopular(indices, values, [1, 9, 1, 0, 5], 2))).toEqual([2, 1]);
  });

  it('give a new customer what is popular', () => {
    expect(Array.from(personalThenPopular([], [], [1, 9, 1, 0, 5], 3))).toEqual([1, 4, 0]);
  });
});
