import { type AlsFit, fitAls } from '#ml/als';
import type { FrozenItems } from '#ml/fold-in';
import { allFinite } from '#ml/gates';
import { countInvoicesPerItem } from '#ml/personal';
import { countCustomersPerItem } from '#ml/popular';
import { rowOf } from '#ml/sparse';
import { markIndices, topK } from '#ml/top-k';
import type { MarketData } from './market-data.ts';
import {
  highest,
  type RankingModel,
  rankBought,
  rankBoughtByTaste,
  rankFresh,
  rankFreshByPopularity,
  scoresOf,
} from './rank-market.ts';
import { strongestReasons } from './reasons.ts';
import { type ReplayVerdicts, replayLastDays } from './replay.ts';
import { type MarketSegments, segmentMarket } from './segment-market.ts';
import { SETTINGS } from './settings.ts';

/** Is one ranked list as integers: items best first, their scores, and the item or number behind each. */
export interface IndexedList {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  /** "again": orders of the item. "new": item of the history, -1 for popularity. "popular": customers. */
  readonly behind: Int32Array;
}

/** Is everything one market's computation found; index of `again` and `fresh` = customer. */
export interface MarketResult {
  readonly market: string;
  readonly segments: MarketSegments;
  readonly verdicts: ReplayVerdicts;
  readonly again: readonly IndexedList[];
  readonly fresh: readonly IndexedList[];
  readonly popular: IndexedList;
  /** The item side of the published factorization, for fold-in; null when "new" is the simple list. */
  readonly frozen: FrozenItems | null;
  /** Seconds per part. */
  readonly seconds: { readonly [part: string]: number };
}

/**
 * Computes one market: segments, the replay that the gates judge, and then, fitted on everything, the lists that passed
 * or their simple rivals. The same data, instant and settings give the same bits.
 */
export function computeMarket(data: MarketData, asOf: number, onProgress: (line: string) => void): MarketResult {
  const seconds: { [part: string]: number } = {};
  const timed = <T>(part: string, work: () => T): T => {
    const started = performance.now();
    const result = work();
    seconds[part] = Math.round(performance.now() - started) / 1000;
    onProgress(`${data.market}: ${part} in ${seconds[part]} s`);
    return result;
  };
  const segments = timed('segments', () => segmentMarket(data, asOf));
  const until = lastTime(data, asOf);
  const verdicts = timed('replay', () => replayLastDays(data, until));
  const counts = countInvoicesPerItem(data.purchases, data.customerCount, data.itemCount);
  const popularity = countCustomersPerItem(data.purchases, data.itemCount, until - SETTINGS.popularMs);
  const needed = verdicts.again.passed || verdicts.fresh.passed;
  const fit = timed('factorization', () => fitAls(counts, fitOptions(needed)));
  const model = { counts, popularity, mostPopular: highest(popularity), fit };
  const finite = allFinite(fit.itemFactors, fit.userFactors);
  const lists = timed('lists', () => rankEveryone(model, data, verdicts, finite));
  const frozen = verdicts.fresh.passed && finite ? frozenItems(fit) : null;
  return { market: data.market, segments, verdicts, ...lists, popular: rankPopular(popularity), frozen, seconds };
}

/** Names the settings of the fit; without a list that uses it, it is not iterated. */
function fitOptions(needed: boolean) {
  const { factorization, seed } = SETTINGS;
  return { ...factorization, seed, iterations: needed ? factorization.iterations : 0 };
}

function rankEveryone(model: RankingModel, data: MarketData, verdicts: ReplayVerdicts, finite: boolean) {
  const again: IndexedList[] = [];
  const fresh: IndexedList[] = [];
  const scores = new Float64Array(data.itemCount);
  const forSale = markIndices(data.itemCount, data.dealItems);
  for (let customer = 0; customer < data.customerCount; customer++) {
    scoresOf(model, customer, scores);
    again.push(againOf(model, customer, scores, verdicts.again.passed && finite, forSale));
    fresh.push(
      verdicts.fresh.passed && finite
        ? freshOf(model, customer, scores, data.dealItems)
        : freshByPopularity(model, customer),
    );
  }
  return { again, fresh };
}

/** Takes what she bought most, and what is for sale of the rest. */
function againOf(
  model: RankingModel,
  customer: number,
  scores: Float64Array,
  mixed: boolean,
  forSale: Uint8Array,
): IndexedList {
  const { indices, values } = rowOf(model.counts, customer);
  const orders = new Map(Array.from(indices, (item, e) => [item, values[e]!]));
  const ranked = mixed ? rankBoughtByTaste(model, customer, scores) : rankBought(model, customer);
  const items = ranked.filter((item, place) => place < SETTINGS.kept.again || forSale[item] === 1);
  return {
    items,
    scores: Float32Array.from(items, (item) => orders.get(item)! + (mixed ? scores[item]! : 0)),
    behind: Int32Array.from(items, (item) => orders.get(item)!),
  };
}

/** Takes the best of all, and those that are for sale at whatever place they have. */
function freshOf(model: RankingModel, customer: number, scores: Float64Array, dealItems: Int32Array): IndexedList {
  const best = rankFresh(model, customer, scores, SETTINGS.kept.fresh);
  const { indices, values } = rowOf(model.counts, customer);
  const known = new Set([...best, ...indices]);
  const forSale = dealItems.filter((item) => !known.has(item)).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const items = Int32Array.of(...best, ...forSale);
  return {
    items,
    scores: Float32Array.from(items, (item) => scores[item]!),
    behind: strongestReasons(model.fit, indices, values, items),
  };
}

function freshByPopularity(model: RankingModel, customer: number): IndexedList {
  const items = rankFreshByPopularity(model, customer, SETTINGS.kept.fresh);
  const scores = Float32Array.from(items, (item) => model.popularity[item]!);
  return { items, scores, behind: new Int32Array(items.length).fill(-1) };
}

function rankPopular(popularity: Float64Array): IndexedList {
  const items = topK(popularity, SETTINGS.kept.popular).filter((item) => popularity[item]! > 0);
  const scores = Float32Array.from(items, (item) => popularity[item]!);
  return { items, scores, behind: Int32Array.from(scores) };
}

function frozenItems({ factors, itemFactors, gram, regularization, alpha }: AlsFit): FrozenItems {
  return { factors, itemFactors, gram, regularization, alpha };
}

function lastTime({ purchases }: MarketData, asOf: number): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const time of purchases.times) last = Math.max(last, time);
  return Math.min(asOf, last);
}
