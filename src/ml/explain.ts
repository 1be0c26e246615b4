import { dot, solveByCholesky } from './dense.ts';
import { type FrozenItems, normalMatrix } from './fold-in.ts';

/** Says how much one item of the history adds to the score of the explained item. */
interface Contribution {
  readonly item: number;
  readonly contribution: number;
}

export interface Explanation {
  /** The exact fold-in score; the contributions add up to it. */
  readonly score: number;
  /** The whole history, largest contribution first, lower item first when equal. */
  readonly contributions: readonly Contribution[];
}

/**
 * Explains a score by the history behind it (Hu, Koren and Volinsky, 2008, section 5): with W the matrix of the user's
 * equation, score = Σ over history j of cⱼ · yᵢᵀ W⁻¹ yⱼ. Arguments as for `foldIn`, plus the item to explain.
 */
export function explainScore(
  model: FrozenItems,
  items: ArrayLike<number>,
  values: ArrayLike<number>,
  item: number,
): Explanation {
  const { factors, itemFactors, alpha } = model;
  const direction = itemFactors.slice(item * factors, (item + 1) * factors);
  solveByCholesky(normalMatrix(model, items, values), direction, factors);
  const contributions = Array.from(items, (bought, e) => ({
    item: bought,
    contribution: values[e]! > 0 ? alpha * values[e]! * dot(direction, 0, itemFactors, bought * factors, factors) : 0,
  }));
  contributions.sort((a, b) => b.contribution - a.contribution || a.item - b.item);
  return { score: contributions.reduce((sum, { contribution }) => sum + contribution, 0), contributions };
}
