import { addScaled, solveByCholesky } from './dense.ts';

/** Holds the item side of a fit, all that fold-in needs: plain data, can be stored and read back. */
export interface FrozenItems {
  /** Numbers per item (F). */
  readonly factors: number;
  /** Items x F. */
  readonly itemFactors: Float64Array;
  /** YᵀY of the item factors, F x F, without λ. */
  readonly gram: Float64Array;
  readonly regularization: number;
  readonly alpha: number;
}

/**
 * Computes one user's factors from her FULL history against frozen item factors: what a purchase changes within
 * milliseconds, without a retrain. Exact, by Cholesky: (YᵀY + λI + Σ (c - 1) y yᵀ) x = Σ c y.
 * `items` are item indices, each once, `values` what the training matrix would hold for them. No history gives zeros.
 */
export function foldIn(model: FrozenItems, items: ArrayLike<number>, values: ArrayLike<number>): Float64Array {
  const { factors, itemFactors, alpha } = model;
  const target = new Float64Array(factors);
  if (items.length === 0) return target;
  for (let e = 0; e < items.length; e++) {
    if (values[e]! > 0) addScaled(target, 0, alpha * values[e]!, itemFactors, items[e]! * factors, factors);
  }
  solveByCholesky(normalMatrix(model, items, values), target, factors);
  return target;
}

/** Builds the left side of one row's equation, F x F; only the lower triangle is filled in. */
export function normalMatrix(model: FrozenItems, items: ArrayLike<number>, values: ArrayLike<number>): Float64Array {
  const { factors, itemFactors, gram, regularization, alpha } = model;
  const matrix = gram.slice();
  for (let f = 0; f < factors; f++) matrix[f * factors + f]! += regularization;
  for (let e = 0; e < items.length; e++) {
    if (values[e] === 0) continue;
    const extra = alpha * Math.abs(values[e]!) - 1;
    const y = items[e]! * factors;
    for (let f = 0; f < factors; f++) {
      addScaled(matrix, f * factors, extra * itemFactors[y + f]!, itemFactors, y, f + 1);
    }
  }
  return matrix;
}
