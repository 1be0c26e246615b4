import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { fitAls } from '#ml/als';
import { foldIn } from '#ml/fold-in';
import { createRandom } from '#ml/random';
import { sparseFromTriples } from '#ml/sparse';

const FACTORS = 8;
const ALPHA = 2;
const LAMBDA = 5;

/** Writes the equation of one row down as the textbook has it and lets ml-matrix solve it. */
function textbook(itemFactors: Float64Array, items: readonly number[]): number[] {
  const rows = itemFactors.length / FACTORS;
  const y = Matrix.from1DArray(rows, FACTORS, itemFactors);
  const confidence = Array.from({ length: rows }, (_, item) => (items.includes(item) ? ALPHA : 1));
  const preference = Array.from({ length: rows }, (_, item) => (items.includes(item) ? 1 : 0));
  const weighted = y.clone();
  for (let item = 0; item < rows; item++) weighted.mulRow(item, confidence[item] ?? 1);
  const left = y.transpose().mmul(weighted).add(Matrix.eye(FACTORS).mul(LAMBDA));
  const right = weighted.transpose().mmul(Matrix.columnVector(preference));
  return solve(left, right).to1DArray();
}

describe('folding a customer in', () => {
  it('gives what ml-matrix gives for the equation as the textbook has it', () => {
    const draw = createRandom(11);
    const bought = Array.from({ length: 600 }, () => [Math.floor(draw() * 60), Math.floor(draw() * 40)] as const);
    const pairs = [...new Map(bought.map(([user, item]) => [`${user}:${item}`, [user, item] as const])).values()];
    const users = sparseFromTriples(60, 40, {
      row: pairs.map(([user]) => user),
      column: pairs.map(([, item]) => item),
      value: pairs.map(() => 1),
    });
    const fit = fitAls(users, { factors: FACTORS, regularization: LAMBDA, alpha: ALPHA, iterations: 5, seed: 3 });
    for (const items of [[1], [2, 7, 19], [0, 5, 11, 12, 33, 39]]) {
      const mine = foldIn(
        fit,
        items,
        items.map(() => 1),
      );
      const theirs = textbook(fit.itemFactors, items);
      for (const [factor, value] of theirs.entries()) expect(mine[factor]).toBeCloseTo(value, 9);
    }
  });
});
