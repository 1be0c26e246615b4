import { dot, solveByCholesky } from '#ml/dense';
import { type FrozenItems, normalMatrix } from '#ml/fold-in';

/**
 * Finds for each wanted item the item of the history that adds most to its score (`explainScore` for many items of one
 * customer: W is inverted once instead of solved per item). -1 where nothing adds anything.
 */
export function strongestReasons(
  model: FrozenItems,
  history: ArrayLike<number>,
  values: ArrayLike<number>,
  wanted: ArrayLike<number>,
): Int32Array {
  const { factors, itemFactors } = model;
  const inverse = invert(normalMatrix(model, history, values), factors);
  const direction = new Float64Array(factors);
  return Int32Array.from(wanted, (item) => {
    for (let f = 0; f < factors; f++) direction[f] = dot(inverse, f * factors, itemFactors, item * factors, factors);
    let strongest = -1;
    let most = 0;
    for (let e = 0; e < history.length; e++) {
      const adds = values[e]! * dot(direction, 0, itemFactors, history[e]! * factors, factors);
      if (adds > most) {
        most = adds;
        strongest = history[e]!;
      }
    }
    return strongest;
  });
}

function invert(matrix: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const unit = inverse.subarray(column * size, (column + 1) * size);
    unit[column] = 1;
    solveByCholesky(matrix.slice(), unit, size);
  }
  return inverse;
}
