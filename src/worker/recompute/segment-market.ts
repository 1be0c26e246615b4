import { chooseSegments, tryKMeans } from '#ml/choose-segments';
import { nameSegments, profileSegments } from '#ml/name-segments';
import { pointsFromColumns } from '#ml/points';
import { createRandom } from '#ml/random';
import { type RfmScore, scoreAllRfm, segmentOfRfm } from '#ml/rfm';
import { logOnePlus, measureScale, standardise } from '#ml/scale';
import type { MarketData } from './market-data.ts';
import { SETTINGS } from './settings.ts';

const DAY = 86_400_000;

/** Holds one market's segments; index = customer. */
export interface MarketSegments {
  readonly recencyDays: Float64Array;
  readonly scores: readonly RfmScore[];
  readonly rules: readonly string[];
  /** Names of the found segments per customer; null when none was eligible. */
  readonly clusters: readonly string[] | null;
  readonly verdict: SegmentVerdict;
}

/** Reports the rule of choice: what was tried and why it was refused or chosen. */
export interface SegmentVerdict {
  readonly chosen: number | null;
  readonly reason: 'chosen' | 'none eligible: rule segments' | 'too few customers: rule segments';
  readonly tried: readonly {
    readonly k: number;
    readonly silhouette: number;
    readonly stability: number;
    readonly shares: readonly number[];
    readonly refused: readonly string[];
  }[];
}

/** Scores everyone by recency, frequency and money, and looks for segments by k-means on log and z-scores of them. */
export function segmentMarket(data: MarketData, asOf: number): MarketSegments {
  const recencyDays = data.lastOrder.map((last) => Math.max(0, (asOf - last) / DAY));
  const columns = { recencyDays, frequency: data.orderCount, monetary: data.spent };
  const scores = scoreAllRfm(columns);
  const rules = scores.map((score) => segmentOfRfm(score));
  const base = { recencyDays, scores, rules };
  if (data.customerCount < SETTINGS.fewestToCluster) {
    const verdict = { chosen: null, reason: 'too few customers: rule segments', tried: [] } as const;
    return { ...base, clusters: null, verdict };
  }
  const raw = pointsFromColumns([recencyDays, data.orderCount, data.spent].map(logOnePlus));
  const points = standardise(raw, measureScale(raw));
  const candidates = tryKMeans(points, { ...SETTINGS.segments, random: createRandom(SETTINGS.seed) });
  const choice = chooseSegments(candidates);
  const tried = candidates.map(({ fit, silhouette, stability, shares }) => ({
    k: fit.k,
    silhouette,
    stability,
    shares: [...shares],
    refused: refusalsOf(choice.refused, fit.k),
  }));
  if (choice.kind === 'none-eligible')
    return { ...base, clusters: null, verdict: { chosen: null, reason: 'none eligible: rule segments', tried } };
  const { labels, k } = choice.chosen.fit;
  const names = nameSegments(profileSegments(scores, labels, k));
  const clusters = Array.from(labels, (label) => names[label]!);
  return { ...base, clusters, verdict: { chosen: k, reason: 'chosen', tried } };
}

type Refused = ReturnType<typeof chooseSegments>['refused'];

function refusalsOf(refused: Refused, k: number): readonly string[] {
  return refused.find(({ candidate }) => candidate.fit.k === k)?.reasons ?? [];
}
