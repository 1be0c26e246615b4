import { adjustedRand } from './adjusted-rand.ts';
import { countLabels, fitKMeans, type KMeansFit, labelByCentroids } from './k-means.ts';
import { type Points, pickPoints } from './points.ts';
import { type Random, sampleWithReplacement } from './random.ts';
import { sampledSilhouette } from './silhouette.ts';

/** Holds the limits of the rule of choice; silhouette alone always chooses two clusters, which is no programme. */
export const SEGMENT_LIMITS = {
  fewest: 4,
  most: 8,
  smallestShare: 0.02,
  largestShare: 0.5,
  stability: 0.6,
} as const;
export type SegmentLimits = { readonly [limit in keyof typeof SEGMENT_LIMITS]: number };

/** Lists why a labelling may not become the segments. */
const INELIGIBILITIES = ['too-few-segments', 'too-many-segments', 'too-small', 'too-large', 'unstable'] as const;
export type Ineligibility = (typeof INELIGIBILITIES)[number];

/** Holds one labelling with what the rule judges it by. */
export interface SegmentCandidate {
  readonly fit: KMeansFit;
  /** Shares of all points, index = label. */
  readonly shares: Float64Array;
  readonly silhouette: number;
  /** Median adjusted Rand index against refits on bootstrap resamples. */
  readonly stability: number;
}

/** Says which candidate was chosen, or why each was refused. */
export type SegmentChoice =
  | { readonly kind: 'chosen'; readonly chosen: SegmentCandidate; readonly refused: readonly RefusedCandidate[] }
  | { readonly kind: 'none-eligible'; readonly refused: readonly RefusedCandidate[] };

interface RefusedCandidate {
  readonly candidate: SegmentCandidate;
  readonly reasons: readonly Ineligibility[];
}

/** Chooses the eligible candidate with the highest silhouette (the fewer segments when equal). */
export function chooseSegments(
  candidates: readonly SegmentCandidate[],
  limits: SegmentLimits = SEGMENT_LIMITS,
): SegmentChoice {
  const judged = candidates.map((candidate) => ({ candidate, reasons: findIneligibilities(candidate, limits) }));
  const refused = judged.filter(({ reasons }) => reasons.length > 0);
  const [best] = judged
    .filter(({ reasons }) => reasons.length === 0)
    .map(({ candidate }) => candidate)
    .sort((a, b) => b.silhouette - a.silhouette || a.fit.k - b.fit.k);
  return best ? { kind: 'chosen', chosen: best, refused } : { kind: 'none-eligible', refused };
}

/** Lists the limits that a candidate breaks; none = eligible. A NaN anywhere breaks its limit. */
export function findIneligibilities(
  { fit, shares, stability }: SegmentCandidate,
  limits: SegmentLimits = SEGMENT_LIMITS,
): Ineligibility[] {
  const broken: [Ineligibility, boolean][] = [
    ['too-few-segments', fit.k < limits.fewest],
    ['too-many-segments', fit.k > limits.most],
    ['too-small', !shares.every((share) => share >= limits.smallestShare)],
    ['too-large', !shares.every((share) => share <= limits.largestShare)],
    ['unstable', !(stability >= limits.stability)],
  ];
  return broken.filter(([, breaks]) => breaks).map(([reason]) => reason);
}

export interface TryOptions {
  readonly random: Random;
  readonly limits?: SegmentLimits;
  /** k-means++ starts per k. 10 unless told. */
  readonly restarts?: number;
  /** Resamples per k for stability. 20 unless told. */
  readonly resamples?: number;
  /** Points among which the silhouette is taken. 5,000 unless told. */
  readonly silhouetteSize?: number;
  /** Points of each resample at most. 5,000 unless told. */
  readonly resampleSize?: number;
  /** Is told after each k, for progress. */
  readonly onCandidate?: (candidate: SegmentCandidate) => void;
}

/** Fits and measures k-means for every allowed k that has enough points; standardised points expected. */
export function tryKMeans(points: Points, options: TryOptions): SegmentCandidate[] {
  const { random, limits = SEGMENT_LIMITS, restarts = 10, silhouetteSize = 5000 } = options;
  const candidates: SegmentCandidate[] = [];
  for (let k = limits.fewest; k <= limits.most && k <= points.count; k++) {
    const fit = fitKMeans(points, { k, random, restarts });
    const candidate = {
      fit,
      shares: Float64Array.from(countLabels(fit.labels, k), (size) => size / points.count),
      silhouette: sampledSilhouette(points, fit.labels, silhouetteSize, random),
      stability: measureStability(points, fit, options),
    };
    candidates.push(candidate);
    options.onCandidate?.(candidate);
  }
  return candidates;
}

/**
 * Measures stability: refits on bootstrap resamples, labels all points by each refit, and takes the median adjusted
 * Rand index against the fit's own labels.
 */
function measureStability(points: Points, fit: KMeansFit, options: TryOptions): number {
  const { random, resamples = 20, resampleSize = 5000 } = options;
  const agreements = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) {
    const drawn = sampleWithReplacement(points.count, Math.min(points.count, resampleSize), random);
    const refit = fitKMeans(pickPoints(points, drawn), { k: fit.k, random, restarts: 3 });
    agreements[b] = adjustedRand(fit.labels, labelByCentroids(points, refit.centroids));
  }
  return median(agreements);
}

function median(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  const ascending = values.slice().sort();
  const half = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[half]! : (ascending[half - 1]! + ascending[half]!) / 2;
}
