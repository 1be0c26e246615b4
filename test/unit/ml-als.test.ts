import { describe, expect, it } from 'vitest';
import { type AlsOptions, alsLoss, factorsOf, fitAls, scoreItems } from '#ml/als';
import { gramOf, solveByCholesky } from '#ml/dense';
import { explainScore } from '#ml/explain';
import { foldIn } from '#ml/fold-in';
import { createRandom } from '#ml/random';
import { rowOf, type SparseMatrix, sparseFromTriples } from '#ml/sparse';

const OPTIONS: AlsOptions = { factors: 6, regularization: 0.5, alpha: 3, iterations: 8, seed: 42 };

/** Draws a small random matrix; row 0 and column 0 stay empty, every tenth value says "not wanted". */
function randomMatrix(users = 30, items = 20, seed = 5): SparseMatrix {
  const random = createRandom(seed);
  const row: number[] = [];
  const column: number[] = [];
  const value: number[] = [];
  for (let u = 1; u < users; u++) {
    for (let i = 1; i < items; i++) {
      if (random() > 0.25) continue;
      row.push(u);
      column.push(i);
      value.push((random() < 0.1 ? -1 : 1) * (1 + Math.floor(random() * 4)));
    }
  }
  return sparseFromTriples(users, items, { row, column, value });
}

const valueAt = (matrix: SparseMatrix, row: number, column: number) => {
  const { indices, values } = rowOf(matrix, row);
  return values[indices.indexOf(column)] ?? 0;
};

/** The slow obvious twin: every place of the matrix, dense loops, Gauss-Jordan. */
function solveSlowly(matrix: SparseMatrix, row: number, y: Float64Array, options: AlsOptions): number[] {
  const { factors: size, regularization, alpha } = options;
  const a = Array.from({ length: size }, (_, f) =>
    Array.from({ length: size + 1 }, (_, g) => (f === g ? regularization : 0)),
  );
  for (let i = 0; i < matrix.columns; i++) {
    const value = valueAt(matrix, row, i);
    const confidence = value === 0 ? 1 : alpha * Math.abs(value);
    const wanted = value > 0 ? 1 : 0;
    for (let f = 0; f < size; f++) {
      for (let g = 0; g < size; g++) a[f]![g]! += confidence * y[i * size + f]! * y[i * size + g]!;
      a[f]![size]! += confidence * wanted * y[i * size + f]!;
    }
  }
  for (let f = 0; f < size; f++) {
    for (let g = 0; g < size; g++) {
      if (g === f) continue;
      const ratio = a[g]![f]! / a[f]![f]!;
      for (let c = f; c <= size; c++) a[g]![c]! -= ratio * a[f]![c]!;
    }
  }
  return a.map((line, f) => line[size]! / line[f]!);
}

function lossSlowly(matrix: SparseMatrix, user: Float64Array, item: Float64Array, options: AlsOptions): number {
  const { factors: size, regularization, alpha } = options;
  let loss = 0;
  for (let u = 0; u < matrix.rows; u++) {
    for (let i = 0; i < matrix.columns; i++) {
      const value = valueAt(matrix, u, i);
      let score = 0;
      for (let f = 0; f < size; f++) score += user[u * size + f]! * item[i * size + f]!;
      loss += (value === 0 ? 1 : alpha * Math.abs(value)) * ((value > 0 ? 1 : 0) - score) ** 2;
    }
  }
  for (const factor of [...user, ...item]) loss += regularization * factor * factor;
  return loss;
}

describe('dense arithmetic', () => {
  it('multiplies factors with themselves', () => {
    expect(Array.from(gramOf(Float64Array.of(1, 2, 3, 4), 2))).toEqual([10, 14, 14, 20]);
  });

  it('solves a symmetric system and refuses one that is not positive definite', () => {
    const b = Float64Array.of(1, 2);
    solveByCholesky(Float64Array.of(4, 0, 1, 3), b, 2);
    expect(b[0]).toBeCloseTo(1 / 11, 12);
    expect(b[1]).toBeCloseTo(7 / 11, 12);
    expect(() => solveByCholesky(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1), 2)).toThrow(RangeError);
  });
});

describe('implicit-feedback ALS', () => {
  const matrix = randomMatrix();

  it('measures the same loss as the sum over every place', () => {
    const fit = fitAls(matrix, OPTIONS);
    const slow = lossSlowly(matrix, fit.userFactors, fit.itemFactors, OPTIONS);
    expect(Math.abs(alsLoss(matrix, fit, OPTIONS) / slow - 1)).toBeLessThan(1e-12);
  });

  it('lowers the loss in every exact iteration', () => {
    const losses: number[] = [];
    fitAls(matrix, {
      ...OPTIONS,
      solver: 'cholesky',
      onIteration: (_, __, factors) => losses.push(alsLoss(matrix, factors, OPTIONS)),
    });
    expect(losses).toHaveLength(8);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
  });

  it('comes to the same loss by conjugate gradients as exactly', () => {
    const loss = (solver: 'cholesky' | 'conjugate-gradient') =>
      alsLoss(matrix, fitAls(matrix, { ...OPTIONS, iterations: 60, solver }), OPTIONS);
    expect(loss('conjugate-gradient') / loss('cholesky')).toBeCloseTo(1, 3);
  });

  it('gives the same bits for the same seed and others for another', () => {
    expect(fitAls(matrix, OPTIONS)).toEqual(fitAls(matrix, OPTIONS));
    expect(fitAls(matrix, { ...OPTIONS, seed: 1 }).itemFactors).not.toEqual(fitAls(matrix, OPTIONS).itemFactors);
  });

  it('gives zeros to those without values, in both solvers', () => {
    for (const solver of ['cholesky', 'conjugate-gradient'] as const) {
      const fit = fitAls(matrix, { ...OPTIONS, solver });
      expect(factorsOf(fit.userFactors, 0, 6).every((factor) => factor === 0)).toBe(true);
      expect(factorsOf(fit.itemFactors, 0, 6).every((factor) => factor === 0)).toBe(true);
      expect([...fit.userFactors, ...fit.itemFactors].every(Number.isFinite)).toBe(true);
    }
  });

  it('goes on from a warm start without changing it, and refuses one of another shape', () => {
    const first = fitAls(matrix, OPTIONS);
    const kept = first.userFactors.slice();
    const more = fitAls(matrix, { ...OPTIONS, iterations: 2, warmStart: first });
    expect(alsLoss(matrix, more, OPTIONS)).toBeLessThan(alsLoss(matrix, first, OPTIONS));
    expect(first.userFactors).toEqual(kept);
    expect(() => fitAls(randomMatrix(31), { ...OPTIONS, warmStart: first })).toThrow(/warm start/);
  });

  it('reports each iteration', () => {
    const seen: string[] = [];
    fitAls(matrix, { ...OPTIONS, iterations: 3, onIteration: (n, of) => seen.push(`${n}/${of}`) });
    expect(seen).toEqual(['1/3', '2/3', '3/3']);
  });

  it('works for any number of factors and for an empty matrix', () => {
    for (const factors of [1, 2, 3, 5, 9]) {
      const fit = fitAls(matrix, { ...OPTIONS, factors });
      expect(fit.itemFactors).toHaveLength(20 * factors);
      expect(fit.itemFactors.every(Number.isFinite)).toBe(true);
    }
    expect(fitAls(sparseFromTriples(0, 0, { row: [], column: [], value: [] }), OPTIONS).itemFactors).toHaveLength(0);
  });
});

describe('fold-in', () => {
  const matrix = randomMatrix();
  const fit = fitAls(matrix, OPTIONS);

  it('equals the slow exact solve of every user', () => {
    for (let u = 1; u < matrix.rows; u++) {
      const { indices, values } = rowOf(matrix, u);
      const slow = solveSlowly(matrix, u, fit.itemFactors, OPTIONS);
      foldIn(fit, indices, values).forEach((factor, f) => {
        expect(Math.abs(factor - slow[f]!)).toBeLessThan(1e-9);
      });
    }
  });

  it('equals what the exact solver made of the same items for that user', () => {
    const before = fitAls(matrix, { ...OPTIONS, solver: 'cholesky', iterations: 5 });
    const items = before.itemFactors;
    const exact = fitAls(matrix, {
      ...OPTIONS,
      solver: 'cholesky',
      iterations: 1,
      warmStart: { userFactors: before.userFactors, itemFactors: items },
    });
    const { indices, values } = rowOf(matrix, 7);
    const folded = foldIn(before, indices, values);
    folded.forEach((factor, f) => {
      expect(Math.abs(factor - exact.userFactors[7 * 6 + f]!)).toBeLessThan(1e-6);
    });
  });

  it('gives zeros without a history', () => {
    expect(Array.from(foldIn(fit, [], []))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('moves the score of what was bought up', () => {
    const { indices, values } = rowOf(matrix, 4);
    const bought = Array.from({ length: 19 }, (_, i) => i + 1).find((i) => !indices.includes(i))!;
    const before = scoreItems(fit, foldIn(fit, indices, values));
    const after = scoreItems(fit, foldIn(fit, [...indices, bought], [...values, 1]));
    expect(after[bought]!).toBeGreaterThan(before[bought]!);
  });
});

describe('explaining a score', () => {
  const matrix = randomMatrix();
  const fit = fitAls(matrix, OPTIONS);

  it('splits it over the history so that the parts add up to it', () => {
    const { indices, values } = rowOf(matrix, 9);
    const scores = scoreItems(fit, foldIn(fit, indices, values));
    for (let item = 0; item < matrix.columns; item++) {
      const { score, contributions } = explainScore(fit, indices, values, item);
      expect(score).toBeCloseTo(scores[item]!, 10);
      expect(contributions.map((part) => part.item).sort((a, b) => a - b)).toEqual(Array.from(indices));
      expect(contributions.map((part) => part.contribution)).toEqual(
        contributions.map((part) => part.contribution).sort((a, b) => b - a),
      );
    }
  });

  it('names what is bought together as the reason', () => {
    // Ten people buy 0 with 1, ten buy 2 with 3; somebody who bought 0 and 2 is shown 1 because of 0.
    const pairs = Array.from({ length: 20 }, (_, u) => (u < 10 ? [0, 1] : [2, 3]));
    const shop = sparseFromTriples(20, 4, {
      row: pairs.flatMap((_, u) => [u, u]),
      column: pairs.flat(),
      value: pairs.flatMap(() => [1, 1]),
    });
    const model = fitAls(shop, { factors: 4, regularization: 0.1, alpha: 5, iterations: 10, seed: 1 });
    expect(explainScore(model, [0, 2], [1, 1], 1).contributions[0]!.item).toBe(0);
    expect(explainScore(model, [0, 2], [1, 1], 3).contributions[0]!.item).toBe(2);
  });
});
