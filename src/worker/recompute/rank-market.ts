import { type AlsFit, factorsOf, scoreItems } from '#ml/als';
import { rankPersonal } from '#ml/personal';
import { rowOf, type SparseMatrix } from '#ml/sparse';
import { markIndices, topK } from '#ml/top-k';
import { SETTINGS } from './settings.ts';

/** Is what lists of one market are ranked from. */
export interface RankingModel {
  /** Orders per customer and product. */
  readonly counts: SparseMatrix;
  /** Customers who bought a product in the last 30 days. */
  readonly popularity: Float64Array;
  readonly mostPopular: number;
  readonly fit: AlsFit;
}

/** Scores every product for a customer by the factorization. Writes into `scores`. */
export function scoresOf({ fit }: RankingModel, customer: number, scores: Float64Array<ArrayBuffer>): void {
  scoreItems(fit, factorsOf(fit.userFactors, customer, fit.factors), scores);
}

/**
 * Ranks k products for "again": orders so far + a share of the factorization's score + a share of popularity, over all
 * products, so that the places after what she bought before go to what suits her.
 */
export function rankAgain(model: RankingModel, customer: number, scores: Float64Array, k: number): Int32Array {
  const { indices, values } = rowOf(model.counts, customer);
  const mixed = Float64Array.from(scores, (score, i) => tasteOf(model, score, i));
  for (let e = 0; e < indices.length; e++) mixed[indices[e]!]! += values[e]!;
  return topK(mixed, k);
}

/** Ranks only what she bought before, by the same score as `rankAgain`. */
export function rankBoughtByTaste(model: RankingModel, customer: number, scores: Float64Array): Int32Array {
  const { indices, values } = rowOf(model.counts, customer);
  const mixed = Float64Array.from(indices, (item, e) => values[e]! + tasteOf(model, scores[item]!, item));
  return topK(mixed, indices.length).map((e) => indices[e]!);
}

function tasteOf({ popularity, mostPopular }: RankingModel, score: number, item: number): number {
  const { againWeight, popularWeight } = SETTINGS;
  return againWeight * score + (popularWeight * popularity[item]!) / Math.max(1, mostPopular);
}

/** Ranks what she bought before alone: by number of orders, ties by popularity. */
export function rankBought({ counts, popularity }: RankingModel, customer: number): Int32Array {
  const { indices, values } = rowOf(counts, customer);
  return rankPersonal(indices, values, popularity);
}

/** Ranks k products she never bought by the factorization's score. */
export function rankFresh(model: RankingModel, customer: number, scores: Float64Array, k: number): Int32Array {
  return topK(scores, k, boughtBy(model, customer));
}

/** Ranks k products she never bought by popularity: the rival of `rankFresh` and the simple list. */
export function rankFreshByPopularity(model: RankingModel, customer: number, k: number): Int32Array {
  return topK(model.popularity, k, boughtBy(model, customer));
}

function boughtBy({ counts, popularity }: RankingModel, customer: number): Uint8Array {
  return markIndices(popularity.length, rowOf(counts, customer).indices);
}

/** Finds the highest number; 0 when there is none. */
export function highest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
