import { addScaled, dot, gramOf } from './dense.ts';
import { type FrozenItems, foldIn } from './fold-in.ts';
import { createRandom } from './random.ts';
import { type SparseMatrix, transpose } from './sparse.ts';

/** Holds what a fit was asked for; travels with its factors, because fold-in must use the same numbers. */
export interface AlsSettings {
  /** Numbers per user and item (F); multiples of 4 are fastest. */
  readonly factors: number;
  /** λ of the loss, not scaled by frequency. */
  readonly regularization: number;
  /** Confidence of a value v is alpha · |v|; a place without a value has confidence 1. */
  readonly alpha: number;
  readonly iterations: number;
  readonly seed: number;
}

export interface AlsOptions extends AlsSettings {
  /** `conjugate-gradient` takes three steps from the last solution; `cholesky` is exact and slower. */
  readonly solver?: 'conjugate-gradient' | 'cholesky';
  /** Starts from yesterday's factors (same shapes) instead of small random ones. */
  readonly warmStart?: { readonly userFactors: Float64Array; readonly itemFactors: Float64Array };
  /** Is told after each iteration, counted from 1. */
  readonly onIteration?: (iteration: number, of: number, factors: AlsFactors) => void;
}

/** Holds factors as users x F and items x F; the score of user u for item i is the dot product of their rows. */
export interface AlsFactors {
  readonly factors: number;
  readonly userFactors: Float64Array;
  readonly itemFactors: Float64Array;
}

/** Holds a whole fit; it is also the frozen items that `foldIn` and `explainScore` take. */
export interface AlsFit extends AlsFactors, FrozenItems {
  readonly settings: AlsSettings;
}

const GRADIENT_STEPS = 3;

/**
 * Fits implicit-feedback matrix factorization by alternating least squares (Hu, Koren and Volinsky, 2008) with the
 * conventions of `implicit`. With p = 1 where a value is positive and 0 elsewhere, and c = alpha · |v| there and 1
 * elsewhere, it lowers
 *
 *   Σ over all (u, i) c (p - xᵤ·yᵢ)² + λ (Σ |xᵤ|² + Σ |yᵢ|²)
 *
 * solving in turn (YᵀY + λI + Σ (c - 1) y yᵀ) xᵤ = Σ c y for every user and the mirror of it for every item.
 * A negative value means "not wanted, with that confidence". Rows without values get zeros. Same arguments, same bits.
 * Throws a RangeError when a warm start has other shapes.
 */
export function fitAls(users: SparseMatrix, options: AlsOptions): AlsFit {
  const { factors, regularization, alpha, iterations, seed } = options;
  const items = transpose(users);
  const { userFactors, itemFactors } = startFactors(users, options);
  const solve = options.solver === 'cholesky' ? solveSideExactly : solveSideByGradients;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    solve(users, userFactors, itemFactors, options);
    solve(items, itemFactors, userFactors, options);
    options.onIteration?.(iteration, iterations, { factors, userFactors, itemFactors });
  }
  return {
    factors,
    userFactors,
    itemFactors,
    gram: gramOf(itemFactors, factors),
    regularization,
    alpha,
    settings: { factors, regularization, alpha, iterations, seed },
  };
}

/** Measures the loss that `fitAls` lowers, in O(values · F + (users + items) · F²) by way of the Gram matrix. */
export function alsLoss(
  users: SparseMatrix,
  fit: AlsFactors,
  settings: Pick<AlsSettings, 'regularization' | 'alpha'>,
): number {
  const { factors, userFactors, itemFactors } = fit;
  const gram = gramOf(itemFactors, factors);
  const image = new Float64Array(factors);
  let loss = settings.regularization * (sumOfSquares(userFactors) + sumOfSquares(itemFactors));
  for (let u = 0; u < users.rows; u++) {
    multiplySymmetric(gram, userFactors, u * factors, image, factors);
    loss += dot(image, 0, userFactors, u * factors, factors);
    for (let e = users.starts[u]!; e < users.starts[u + 1]!; e++) {
      const value = users.values[e]!;
      if (value === 0) continue;
      const score = dot(userFactors, u * factors, itemFactors, users.indices[e]! * factors, factors);
      const wanted = value > 0 ? 1 : 0;
      loss += settings.alpha * Math.abs(value) * (wanted - score) ** 2 - score * score;
    }
  }
  return loss;
}

/** Scores every item for one row of user factors; writes into `scores` and returns it. */
export function scoreItems(
  model: Pick<FrozenItems, 'factors' | 'itemFactors'>,
  userFactors: Float64Array,
  scores = new Float64Array(model.itemFactors.length / model.factors),
): Float64Array {
  for (let i = 0; i < scores.length; i++) {
    scores[i] = dot(userFactors, 0, model.itemFactors, i * model.factors, model.factors);
  }
  return scores;
}

/** Reads one row of factors as a view (not a copy). */
export function factorsOf(all: Float64Array, row: number, factors: number): Float64Array {
  return all.subarray(row * factors, (row + 1) * factors);
}

function startFactors(users: SparseMatrix, { factors, seed, warmStart }: AlsOptions) {
  const random = createRandom(seed);
  const small = (count: number) => Float64Array.from({ length: count * factors }, () => random() * 0.01);
  const userFactors = warmStart?.userFactors.slice() ?? small(users.rows);
  const itemFactors = warmStart?.itemFactors.slice() ?? small(users.columns);
  if (userFactors.length !== users.rows * factors || itemFactors.length !== users.columns * factors) {
    throw new RangeError(`a warm start must be ${users.rows} users and ${users.columns} items of ${factors} factors`);
  }
  return { userFactors, itemFactors };
}

function solveSideExactly(rows: SparseMatrix, x: Float64Array, y: Float64Array, options: AlsSettings): void {
  const model = { ...options, itemFactors: y, gram: gramOf(y, options.factors) };
  for (let r = 0; r < rows.rows; r++) {
    const from = rows.starts[r]!;
    const to = rows.starts[r + 1]!;
    const solved = foldIn(model, rows.indices.subarray(from, to), rows.values.subarray(from, to));
    x.set(solved, r * options.factors);
  }
}

/**
 * Takes a few conjugate gradient steps per row from the solution it had (Takács, Pilászy and Tikk, 2011), so that no
 * F x F matrix is built: A p = (YᵀY + λI) p + Σ (c - 1) (y·p) y.
 */
function solveSideByGradients(rows: SparseMatrix, x: Float64Array, y: Float64Array, options: AlsSettings): void {
  const { factors, regularization, alpha } = options;
  const gram = gramOf(y, factors);
  for (let f = 0; f < factors; f++) gram[f * factors + f]! += regularization;
  const residual = new Float64Array(factors);
  const direction = new Float64Array(factors);
  const image = new Float64Array(factors);
  for (let r = 0; r < rows.rows; r++) {
    const at = r * factors;
    if (rows.starts[r] === rows.starts[r + 1]) {
      x.fill(0, at, at + factors);
      continue;
    }
    multiplySymmetric(gram, x, at, residual, factors);
    for (let f = 0; f < factors; f++) residual[f] = -residual[f]!;
    for (let e = rows.starts[r]!; e < rows.starts[r + 1]!; e++) {
      const confidence = alpha * Math.abs(rows.values[e]!);
      const item = rows.indices[e]! * factors;
      const target = rows.values[e]! > 0 ? confidence : 0;
      addScaled(residual, 0, target - excess(confidence) * dot(y, item, x, at, factors), y, item, factors);
    }
    direction.set(residual);
    let squared = dot(residual, 0, residual, 0, factors);
    for (let step = 0; step < GRADIENT_STEPS && squared > 1e-20; step++) {
      multiplySymmetric(gram, direction, 0, image, factors);
      for (let e = rows.starts[r]!; e < rows.starts[r + 1]!; e++) {
        const item = rows.indices[e]! * factors;
        const extra = excess(alpha * Math.abs(rows.values[e]!));
        addScaled(image, 0, extra * dot(y, item, direction, 0, factors), y, item, factors);
      }
      const length = squared / dot(direction, 0, image, 0, factors);
      addScaled(x, at, length, direction, 0, factors);
      addScaled(residual, 0, -length, image, 0, factors);
      const before = squared;
      squared = dot(residual, 0, residual, 0, factors);
      for (let f = 0; f < factors; f++) direction[f] = residual[f]! + (squared / before) * direction[f]!;
    }
  }
}

/** Gives what a value's confidence adds to the 1 that every place has; a value of 0 is no value. */
function excess(confidence: number): number {
  return confidence === 0 ? 0 : confidence - 1;
}

/** Multiplies a symmetric matrix with the vector at `at`, four rows at once; writes into `into`. */
function multiplySymmetric(
  matrix: Float64Array,
  vector: Float64Array,
  at: number,
  into: Float64Array,
  size: number,
): void {
  let row = 0;
  for (; row + 3 < size; row += 4) {
    const m0 = row * size;
    const m1 = m0 + size;
    const m2 = m1 + size;
    const m3 = m2 + size;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let c = 0; c < size; c++) {
      const v = vector[at + c]!;
      s0 += matrix[m0 + c]! * v;
      s1 += matrix[m1 + c]! * v;
      s2 += matrix[m2 + c]! * v;
      s3 += matrix[m3 + c]! * v;
    }
    into[row] = s0;
    into[row + 1] = s1;
    into[row + 2] = s2;
    into[row + 3] = s3;
  }
  for (; row < size; row++) into[row] = dot(matrix, row * size, vector, at, size);
}

function sumOfSquares(values: Float64Array): number {
  return dot(values, 0, values, 0, values.length);
}
