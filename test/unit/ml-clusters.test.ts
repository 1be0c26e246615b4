import { describe, expect, it } from 'vitest';
import { adjustedRand } from '#ml/adjusted-rand';
import { assignCheapest } from '#ml/assignment';
import {
  chooseSegments,
  findIneligibilities,
  SEGMENT_LIMITS,
  type SegmentCandidate,
  tryKMeans,
} from '#ml/choose-segments';
import { calinskiHarabasz, daviesBouldin } from '#ml/cluster-indices';
import { countLabels, fitKMeans, fitKMeansFromRows, labelByCentroids, runLloyd } from '#ml/k-means';
import { countMoved, matchLabels, renameCentroids, renameLabels } from '#ml/match-labels';
import { nameSegments, profileSegments } from '#ml/name-segments';
import { type Points, pointsFromRows, squaredDistance } from '#ml/points';
import { createRandom } from '#ml/random';
import { RFM_SEGMENTS } from '#ml/rfm';
import { sampledSilhouette, silhouette } from '#ml/silhouette';

/** Makes `perBlob` points around each centre, blob by blob. */
function blobs(centres: readonly (readonly [number, number])[], perBlob: number, spread: number, seed = 1): Points {
  const random = createRandom(seed);
  const noise = () => (random() + random() + random() - 1.5) * spread;
  return pointsFromRows(centres.flatMap(([x, y]) => Array.from({ length: perBlob }, () => [x + noise(), y + noise()])));
}

const FIVE = [
  [0, 0],
  [10, 0],
  [0, 10],
  [10, 10],
  [5, 20],
] as const;
const truth = (k: number, perBlob: number) => Array.from({ length: k * perBlob }, (_, i) => Math.floor(i / perBlob));

describe('k-means', () => {
  it('finds separate blobs again', () => {
    const fit = fitKMeans(blobs(FIVE, 40, 1), { k: 5, random: createRandom(7) });
    expect(adjustedRand(fit.labels, truth(5, 40))).toBe(1);
  });

  it('reports the inertia of its own labels and centroids', () => {
    const points = blobs(FIVE, 40, 6);
    const fit = fitKMeans(points, { k: 4, random: createRandom(7) });
    let inertia = 0;
    fit.labels.forEach((label, i) => {
      inertia += squaredDistance(points.values, i, fit.centroids, label, 2);
    });
    expect(fit.inertia).toBeCloseTo(inertia, 9);
    expect(labelByCentroids(points, fit.centroids)).toEqual(fit.labels);
  });

  it('gives the same bits for the same seed', () => {
    const points = blobs(FIVE, 40, 6);
    const run = () => fitKMeans(points, { k: 6, random: createRandom(3), restarts: 2 });
    expect(run()).toEqual(run());
  });

  it('is never worse with more restarts from the same seed', () => {
    const points = blobs(FIVE, 40, 9);
    const inertia = (restarts: number) => fitKMeans(points, { k: 7, random: createRandom(5), restarts }).inertia;
    expect(inertia(8)).toBeLessThanOrEqual(inertia(1));
  });

  it('stays where it is when it goes on from its own centroids', () => {
    const points = blobs(FIVE, 40, 6);
    const first = fitKMeans(points, { k: 5, random: createRandom(3) });
    const again = runLloyd(points, first.centroids);
    expect(again.labels).toEqual(first.labels);
    expect(again.iterations).toBe(1);
  });

  it('fills a cluster that lost all its points', () => {
    const points = pointsFromRows([[0], [0], [0], [1], [9]]);
    const fit = fitKMeansFromRows(points, [0, 1, 4]);
    expect(Array.from(countLabels(fit.labels, 3)).sort()).toEqual([1, 1, 3]);
  });

  it('ends on points that are all equal', () => {
    const points = pointsFromRows(Array.from({ length: 6 }, () => [1, 1]));
    const fit = fitKMeans(points, { k: 3, random: createRandom(1), maxIterations: 20 });
    expect(fit.inertia).toBe(0);
    expect(fit.centroids.every(Number.isFinite)).toBe(true);
  });

  it('refuses more clusters than points', () => {
    expect(() => fitKMeans(pointsFromRows([[1]]), { k: 2, random: createRandom(1) })).toThrow(RangeError);
  });
});

describe('measures of a clustering', () => {
  it('agree with values worked out by hand', () => {
    const points = pointsFromRows([[0], [1], [4], [5]]);
    const labels = Int32Array.of(0, 0, 1, 1);
    // Outer points: a = 1, b = 4.5; inner points: a = 1, b = 3.5.
    expect(silhouette(points, labels)).toBeCloseTo((3.5 / 4.5 + 2.5 / 3.5) / 2, 12);
    expect(daviesBouldin(points, labels, 2)).toBeCloseTo(0.25, 12);
    expect(calinskiHarabasz(points, labels, 2)).toBeCloseTo(32, 12);
  });

  it('count a point alone as 0 and one cluster as undefined', () => {
    expect(silhouette(pointsFromRows([[0], [9]]), [0, 1])).toBe(0);
    expect(silhouette(pointsFromRows([[0], [9]]), [0, 0])).toBeNaN();
  });

  it('sample close to the exact silhouette', () => {
    const points = blobs(FIVE, 400, 8);
    const labels = truth(5, 400);
    const sampled = sampledSilhouette(points, labels, 1000, createRandom(2));
    expect(Math.abs(sampled - silhouette(points, labels))).toBeLessThan(0.01);
  });

  it('see through renamed labels and see nothing in chance', () => {
    expect(adjustedRand([0, 0, 1, 1], [5, 5, 2, 2])).toBe(1);
    expect(adjustedRand([0, 0, 1, 1], [0, 1, 0, 1])).toBeCloseTo(-0.5, 12);
    expect(adjustedRand([0, 0, 1, 2], [0, 0, 1, 1])).toBeCloseTo(0.5714285714285714, 12);
    const random = createRandom(9);
    const draw = () => Int32Array.from({ length: 5000 }, () => Math.floor(random() * 5));
    expect(Math.abs(adjustedRand(draw(), draw()))).toBeLessThan(0.01);
  });
});

describe('labels between two runs', () => {
  const labels = Int32Array.of(0, 0, 1, 1, 2, 2, 2);

  it('do not move when the same clusters come back under other numbers', () => {
    const permuted = labels.map((label) => [2, 0, 1][label]!);
    expect(countMoved(labels, renameLabels(permuted, matchLabels(labels, permuted)))).toBe(0);
  });

  it('count one point that moved as one', () => {
    const next = Int32Array.of(1, 1, 2, 2, 0, 0, 2);
    expect(countMoved(labels, renameLabels(next, matchLabels(labels, next)))).toBe(1);
  });

  it('get a fresh number when there is one cluster more, and leave one out when there is one less', () => {
    const more = Int32Array.of(3, 3, 1, 1, 2, 2, 0);
    expect(Array.from(renameLabels(more, matchLabels(labels, more)))).toEqual([0, 0, 1, 1, 2, 2, 3]);
    const fewer = Int32Array.of(0, 0, 0, 0, 1, 1, 1);
    expect(countMoved(labels, renameLabels(fewer, matchLabels(labels, fewer)))).toBe(2);
  });

  it('get numbers even when nobody of the last run is in them', () => {
    const map = matchLabels(Int32Array.of(0, 1), Int32Array.of(2, 1), 4);
    expect(map[2]).toBe(0);
    expect(Array.from(map).sort()).toEqual([0, 1, 2, 3]);
    expect(Array.from(matchLabels([], [], 2)).sort()).toEqual([0, 1]);
  });

  it('take their centroids along', () => {
    expect(Array.from(renameCentroids(Float64Array.of(1, 1, 2, 2, 3, 3), Int32Array.of(2, 0, 1)))).toEqual([
      2, 2, 3, 3, 1, 1,
    ]);
  });

  it('are paired at the lowest cost, as trying every pairing shows', () => {
    const random = createRandom(11);
    for (let trial = 0; trial < 50; trial++) {
      const cost = Float64Array.from({ length: 12 }, () => random());
      const total = (columns: ArrayLike<number>) =>
        cost[columns[0]!]! + cost[4 + columns[1]!]! + cost[8 + columns[2]!]!;
      let cheapest = Number.POSITIVE_INFINITY;
      for (let code = 0; code < 64; code++) {
        const columns = [code & 3, (code >> 2) & 3, code >> 4];
        if (new Set(columns).size === 3) cheapest = Math.min(cheapest, total(columns));
      }
      expect(total(assignCheapest(cost, 3, 4))).toBeCloseTo(cheapest, 12);
    }
    expect(() => assignCheapest(new Float64Array(2), 2, 1)).toThrow(RangeError);
  });
});

describe('names of found segments', () => {
  const champions = { recency: 4.8, frequency: 4.7, monetary: 4.9 };
  const lost = { recency: 1.1, frequency: 1.2, monetary: 1.5 };
  const fresh = { recency: 4.7, frequency: 1.1, monetary: 1.8 };
  const risky = { recency: 1.6, frequency: 4.1, monetary: 4 };

  it('come from the profile, whatever the number of the segment', () => {
    expect(nameSegments([champions, lost, fresh, risky])).toEqual(['Champions', 'Lost', 'New', 'At Risk']);
    expect(nameSegments([risky, fresh, lost, champions])).toEqual(['At Risk', 'New', 'Lost', 'Champions']);
  });

  it('are all different even for equal profiles, and for more segments than names', () => {
    const names = nameSegments(Array.from({ length: 11 }, () => champions));
    expect(new Set(names).size).toBe(11);
    expect(names.filter((name) => name.endsWith(' 2'))).toHaveLength(3);
    for (const segment of RFM_SEGMENTS) expect(names).toContain(segment);
  });

  it('stay names for an empty segment', () => {
    const profiles = profileSegments([champions, lost], [0, 1], 3);
    expect(profiles[0]).toEqual(champions);
    expect(new Set(nameSegments(profiles)).size).toBe(3);
  });
});

describe('the rule of choice', () => {
  const candidate = (k: number, silhouetteValue: number, change: Partial<SegmentCandidate> = {}): SegmentCandidate => ({
    fit: {
      k,
      dimensions: 1,
      centroids: new Float64Array(k),
      labels: new Int32Array(0),
      inertia: 0,
      iterations: 1,
    },
    shares: new Float64Array(k).fill(1 / k),
    silhouette: silhouetteValue,
    stability: 0.9,
    ...change,
  });

  it('takes the highest silhouette among the eligible, not among all', () => {
    const choice = chooseSegments([candidate(2, 0.9), candidate(4, 0.3), candidate(5, 0.4), candidate(9, 0.95)]);
    expect(choice).toMatchObject({ kind: 'chosen', chosen: { fit: { k: 5 } } });
    expect(choice.refused.map(({ candidate: { fit }, reasons }) => [fit.k, ...reasons])).toEqual([
      [2, 'too-few-segments'],
      [9, 'too-many-segments'],
    ]);
  });

  it('refuses a segment under 2 %, one over 50 %, an unstable labelling and a NaN', () => {
    expect(findIneligibilities(candidate(4, 1, { shares: Float64Array.of(0.019, 0.4, 0.4, 0.181) }))).toEqual([
      'too-small',
    ]);
    expect(findIneligibilities(candidate(4, 1, { shares: Float64Array.of(0.51, 0.2, 0.2, 0.09) }))).toEqual([
      'too-large',
    ]);
    expect(findIneligibilities(candidate(4, 1, { stability: 0.59 }))).toEqual(['unstable']);
    expect(findIneligibilities(candidate(4, 1, { stability: Number.NaN }))).toEqual(['unstable']);
    expect(findIneligibilities(candidate(4, 1, { stability: 0.6 }))).toEqual([]);
  });

  it('can be told other limits', () => {
    const limits = { ...SEGMENT_LIMITS, fewest: 2, largestShare: 0.6 };
    expect(chooseSegments([candidate(2, 0.9), candidate(4, 0.3)], limits)).toMatchObject({ chosen: { fit: { k: 2 } } });
  });

  it('says that none is eligible instead of choosing', () => {
    expect(chooseSegments([candidate(2, 0.9), candidate(3, 0.8)]).kind).toBe('none-eligible');
    expect(chooseSegments([]).kind).toBe('none-eligible');
  });

  it('finds the five blobs as five stable segments', () => {
    const points = blobs(FIVE, 60, 2);
    const candidates = tryKMeans(points, { random: createRandom(1), restarts: 5, resamples: 5 });
    expect(candidates.map(({ fit }) => fit.k)).toEqual([4, 5, 6, 7, 8]);
    const choice = chooseSegments(candidates);
    expect(choice).toMatchObject({ kind: 'chosen', chosen: { fit: { k: 5 }, stability: 1 } });
  });

  it('has nothing to choose from among three customers', () => {
    expect(tryKMeans(pointsFromRows([[1], [2], [3]]), { random: createRandom(1) })).toEqual([]);
  });
});
