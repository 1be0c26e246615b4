import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calinskiHarabasz, daviesBouldin } from '#ml/cluster-indices';
import { countLabels, fitKMeans, fitKMeansFromRows } from '#ml/k-means';
import { countInvoicesPerItem, personalThenPopular } from '#ml/personal';
import { pointsFromRows } from '#ml/points';
import { countCustomersPerItem } from '#ml/popular';
import { createRandom } from '#ml/random';
import { mean, ndcgAt, recallAt } from '#ml/ranking-metrics';
import { measureScale, standardise } from '#ml/scale';
import { sampledSilhouette, silhouette } from '#ml/silhouette';
import { rowOf } from '#ml/sparse';
import { markIndices, topK } from '#ml/top-k';
import { RECENT_START, readRetailSplit } from '#test/bench/online-retail-split';

const FOLDER = resolve(process.env['TOLI_DATA_DIR_REAL'] ?? '../shared/data', 'online-retail');
const PRESENT = existsSync(FOLDER);
const WITHOUT = PRESENT ? '' : ` (skipped: no data at ${FOLDER}, set TOLI_DATA_DIR_REAL)`;
if (!PRESENT) console.warn(`Reference figures are not checked${WITHOUT}`);

interface GoldenFit {
  readonly init: number[];
  readonly inertia: number;
  readonly labels: string;
}
interface GoldenMeasures {
  readonly sil: number;
  readonly db: number;
  readonly ch: number;
  readonly best20: number;
}

const read = (file: string) => readFileSync(resolve(FOLDER, file), 'utf8');

function readFeatures() {
  const [, ...lines] = read('features-log1p-z.csv').trim().split('\n');
  return pointsFromRows(lines.map((line) => line.split(',').map(Number)));
}

const readFits = () =>
  (JSON.parse(read('segmentation-golden-labels.json')) as { kmeans: Record<string, GoldenFit> }).kmeans;
const readMeasures = () =>
  (JSON.parse(read('segmentation-golden.json')) as { or_features: Record<string, GoldenMeasures> }).or_features;

describe.skipIf(!PRESENT)(`segments of Online Retail, against scikit-learn${WITHOUT}`, () => {
  it.each([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])('k-means finds the same %i clusters from the same rows', (k) => {
    const points = readFeatures();
    const golden = readFits()[k]!;
    const fit = fitKMeansFromRows(points, golden.init);
    expect(Math.abs(fit.inertia / golden.inertia - 1)).toBeLessThan(1e-9);
    expect(Array.from(fit.labels, (label) => label.toString(36)).join('')).toBe(golden.labels);
  });

  it.each([2, 3, 4, 5, 8])('silhouette, Davies-Bouldin and Calinski-Harabasz of %i clusters are the same', (k) => {
    const points = readFeatures();
    const { sil, db, ch } = readMeasures()[k]!;
    const { labels } = fitKMeansFromRows(points, readFits()[k]!.init);
    expect(Math.abs(silhouette(points, labels) - sil)).toBeLessThan(1e-9);
    // Of a cluster of one, scikit-learn's way of taking distances makes the spread some 1e-8 instead of 0.
    const alone = countLabels(labels, k).includes(1);
    expect(Math.abs(daviesBouldin(points, labels, k) - db)).toBeLessThan(alone ? 1e-8 : 1e-9);
    expect(Math.abs(calinskiHarabasz(points, labels, k) / ch - 1)).toBeLessThan(1e-9);
  });

  it.each([3, 4, 5, 8])('twenty k-means++ starts for %i clusters come within a thousandth of its best', (k) => {
    const fit = fitKMeans(readFeatures(), { k, random: createRandom(k), restarts: 20 });
    expect(fit.inertia / readMeasures()[k]!.best20).toBeLessThan(1.001);
    expect(countLabels(fit.labels, k).every((size) => size > 0)).toBe(true);
  });

  it('a seeded sample of 2,000 comes near the exact silhouette', () => {
    const points = readFeatures();
    const { labels } = fitKMeansFromRows(points, readFits()[3]!.init);
    const sampled = sampledSilhouette(points, labels, 2000, createRandom(1));
    expect(Math.abs(sampled - readMeasures()[3]!.sil)).toBeLessThan(0.01);
  });

  it('standardising what is standardised changes nothing', () => {
    const points = readFeatures();
    const again = standardise(points, measureScale(points));
    again.values.forEach((value, at) => {
      expect(Math.abs(value - points.values[at]!)).toBeLessThan(1e-12);
    });
  });
});

describe.skipIf(!PRESENT)(`simple lists on Online Retail${WITHOUT}`, () => {
  it('reach the reference values to four digits', async () => {
    const { train, test, customerCount, itemCount, trainLines } = await readRetailSplit(
      resolve(FOLDER, 'by-day-csv.tar.gz'),
    );
    expect({ customerCount, itemCount, purchases: train.items.length, trainLines }).toEqual({
      customerCount: 3971,
      itemCount: 3609,
      purchases: 308175,
      trainLines: 314911,
    });
    const counts = countInvoicesPerItem(train, customerCount, itemCount);
    const popular = countCustomersPerItem(train, itemCount);
    const recent = countCustomersPerItem(train, itemCount, RECENT_START);
    const measured = {
      popular: [] as number[],
      recent: [] as number[],
      personal: [] as number[],
      recall: [] as number[],
    };
    const fresh = { popular: [] as number[], recent: [] as number[] };
    for (const [customer, bought] of test) {
      const { indices, values } = rowOf(counts, customer);
      const personal = personalThenPopular(indices, values, recent, 20);
      measured.popular.push(ndcgAt(10, topK(popular, 10), bought));
      measured.recent.push(ndcgAt(10, topK(recent, 10), bought));
      measured.personal.push(ndcgAt(10, personal, bought));
      measured.recall.push(recallAt(20, personal, bought));
      const novel = new Set([...bought].filter((item) => !indices.includes(item)));
      if (novel.size === 0) continue;
      const seen = markIndices(itemCount, indices);
      fresh.popular.push(ndcgAt(10, topK(popular, 10, seen), novel));
      fresh.recent.push(ndcgAt(10, topK(recent, 10, seen), novel));
    }
    const digits = (lists: Record<string, number[]>) =>
      Object.fromEntries(
        Object.entries(lists).map(([name, list]) => [name, `${mean(list).toFixed(4)} of ${list.length}`]),
      );
    expect(digits(measured)).toEqual({
      popular: '0.0870 of 1539',
      recent: '0.1350 of 1539',
      personal: '0.3612 of 1539',
      recall: '0.2480 of 1539',
    });
    expect(digits(fresh)).toEqual({ popular: '0.0378 of 1441', recent: '0.0784 of 1441' });
  });
});
