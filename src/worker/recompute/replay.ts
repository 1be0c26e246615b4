import { fitAls } from '#ml/als';
import { allFinite, type GateVerdict, judgeAgain, judgeNew } from '#ml/gates';
import { countInvoicesPerItem, personalThenPopular } from '#ml/personal';
import { countCustomersPerItem } from '#ml/popular';
import type { Purchases } from '#ml/purchases';
import { createRandom } from '#ml/random';
import { ndcgAt } from '#ml/ranking-metrics';
import { rowOf } from '#ml/sparse';
import type { MarketData } from './market-data.ts';
import { highest, type RankingModel, rankAgain, rankFresh, rankFreshByPopularity, scoresOf } from './rank-market.ts';
import { JUDGED_AT, SETTINGS } from './settings.ts';

/** Holds the gates' verdicts of one market's lists. */
export interface ReplayVerdicts {
  readonly again: GateVerdict;
  readonly fresh: GateVerdict;
  /** First instant of the replayed days, ms. */
  readonly from: number;
}

/**
 * Replays the last 7 days of purchases: fits on what came before, ranks for everyone who bought in them, and lets each
 * list's gate judge it against its simple rival by NDCG@10. Pairs count when customer and product were seen before;
 * for "new" only products she had not bought.
 */
export function replayLastDays(data: MarketData, until: number): ReplayVerdicts {
  const from = until - SETTINGS.replayMs;
  const before = pick(data.purchases, (time) => time < from);
  const counts = countInvoicesPerItem(before, data.customerCount, data.itemCount);
  const popularity = countCustomersPerItem(before, data.itemCount, from - SETTINGS.popularMs, from);
  const tests = testSets(data, counts, from, until);
  const verdict = (metrics: Metrics, judge: typeof judgeAgain) =>
    judge({ champion: metrics.champion, rival: metrics.rival, random: createRandom(SETTINGS.seed) });
  if (Math.max(tests.again.size, tests.fresh.size) < FEWEST) {
    return {
      again: verdict(unjudged(tests.again.size), judgeAgain),
      fresh: verdict(unjudged(tests.fresh.size), judgeNew),
      from,
    };
  }
  const fit = fitAls(counts, { ...SETTINGS.factorization, seed: SETTINGS.seed });
  const model = { counts, popularity, mostPopular: highest(popularity), fit };
  const metrics = measure(model, tests);
  // A factorization that is not finite makes the metrics so, and the gate refuses it by name.
  if (!allFinite(fit.itemFactors, fit.userFactors))
    for (const { champion } of Object.values(metrics)) champion.fill(Number.NaN);
  return { again: verdict(metrics.again, judgeAgain), fresh: verdict(metrics.fresh, judgeNew), from };
}

const FEWEST = 200;

interface Metrics {
  readonly champion: Float64Array;
  readonly rival: Float64Array;
}
type TestSets = { readonly [list in 'again' | 'fresh']: ReadonlyMap<number, ReadonlySet<number>> };

function unjudged(size: number): Metrics {
  return { champion: new Float64Array(size).fill(Number.NaN), rival: new Float64Array(size).fill(Number.NaN) };
}

function measure(model: RankingModel, tests: TestSets): { again: Metrics; fresh: Metrics } {
  const scores = new Float64Array(model.popularity.length);
  const again = unjudged(tests.again.size);
  const fresh = unjudged(tests.fresh.size);
  let a = 0;
  let f = 0;
  for (const [customer, relevant] of tests.again) {
    scoresOf(model, customer, scores);
    const { indices, values } = rowOf(model.counts, customer);
    again.champion[a] = ndcgAt(JUDGED_AT, rankAgain(model, customer, scores, JUDGED_AT), relevant);
    const rival = personalThenPopular(indices, values, model.popularity, JUDGED_AT);
    again.rival[a++] = ndcgAt(JUDGED_AT, rival, relevant);
    const novel = tests.fresh.get(customer);
    if (!novel) continue;
    fresh.champion[f] = ndcgAt(JUDGED_AT, rankFresh(model, customer, scores, JUDGED_AT), novel);
    fresh.rival[f++] = ndcgAt(JUDGED_AT, rankFreshByPopularity(model, customer, JUDGED_AT), novel);
  }
  return { again, fresh };
}

/** Collects per customer what she bought in the replayed days; every customer of "fresh" is one of "again". */
function testSets(data: MarketData, counts: RankingModel['counts'], from: number, until: number): TestSets {
  const { customers, items, times } = data.purchases;
  const seenItems = new Uint8Array(data.itemCount);
  for (const item of counts.indices) seenItems[item] = 1;
  const again = new Map<number, Set<number>>();
  const fresh = new Map<number, Set<number>>();
  for (let e = 0; e < items.length; e++) {
    const customer = customers[e]!;
    const item = items[e]!;
    if (times[e]! < from || times[e]! > until || !seenItems[item]) continue;
    const { indices } = rowOf(counts, customer);
    if (indices.length === 0) continue;
    addTo(again, customer, item);
    if (!indices.includes(item)) addTo(fresh, customer, item);
  }
  return { again, fresh };
}

function addTo(sets: Map<number, Set<number>>, key: number, value: number): void {
  const known = sets.get(key);
  if (known) known.add(value);
  else sets.set(key, new Set([value]));
}

function pick(purchases: Purchases, wanted: (time: number) => boolean): Purchases {
  const kept = Int32Array.from(purchases.times.keys()).filter((e) => wanted(purchases.times[e]!));
  return {
    customers: Int32Array.from(kept, (e) => purchases.customers[e]!),
    items: Int32Array.from(kept, (e) => purchases.items[e]!),
    invoices: Int32Array.from(kept, (e) => purchases.invoices[e]!),
    times: Float64Array.from(kept, (e) => purchases.times[e]!),
  };
}
