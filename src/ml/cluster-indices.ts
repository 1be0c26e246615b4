import { countLabels } from './k-means.ts';
import { type Points, squaredDistance } from './points.ts';

/**
 * Measures the Davies-Bouldin index (1979): the mean over clusters of the worst (spread i + spread j) / distance of
 * their centres; lower is better. Labels are 0 … k - 1, none of them empty.
 */
export function daviesBouldin(points: Points, labels: Int32Array, k: number): number {
  const { dimensions } = points;
  const sizes = countLabels(labels, k);
  const centres = meansOfClusters(points, labels, sizes);
  const spreads = new Float64Array(k);
  for (let i = 0; i < points.count; i++) {
    const c = labels[i]!;
    spreads[c]! += Math.sqrt(squaredDistance(points.values, i, centres, c, dimensions)) / sizes[c]!;
  }
  let total = 0;
  for (let i = 0; i < k; i++) {
    let worst = 0;
    for (let j = 0; j < k; j++) {
      if (i === j) continue;
      const apart = Math.sqrt(squaredDistance(centres, i, centres, j, dimensions));
      worst = Math.max(worst, (spreads[i]! + spreads[j]!) / apart);
    }
    total += worst;
  }
  return total / k;
}

/**
 * Measures the Calinski-Harabasz index (1974): variance between clusters over variance within, each by its degrees of
 * freedom; higher is better. Labels are 0 … k - 1, none of them empty.
 */
export function calinskiHarabasz(points: Points, labels: Int32Array, k: number): number {
  const { count, dimensions, values } = points;
  const sizes = countLabels(labels, k);
  const centres = meansOfClusters(points, labels, sizes);
  const centre = meansOfClusters(points, new Int32Array(count), Int32Array.of(count));
  let between = 0;
  for (let c = 0; c < k; c++) between += sizes[c]! * squaredDistance(centres, c, centre, 0, dimensions);
  let within = 0;
  for (let i = 0; i < count; i++) within += squaredDistance(values, i, centres, labels[i]!, dimensions);
  return within === 0 ? 1 : (between * (count - k)) / (within * (k - 1));
}

/** Averages the points of each label: k x dimensions. */
function meansOfClusters(points: Points, labels: Int32Array, sizes: Int32Array): Float64Array {
  const { count, dimensions, values } = points;
  const means = new Float64Array(sizes.length * dimensions);
  for (let i = 0; i < count; i++) {
    const into = labels[i]! * dimensions;
    for (let d = 0; d < dimensions; d++) means[into + d]! += values[i * dimensions + d]! / sizes[labels[i]!]!;
  }
  return means;
}
