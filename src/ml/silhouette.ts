import { type Points, pickPoints, squaredDistance } from './points.ts';
import { type Random, sampleWithoutReplacement } from './random.ts';

/**
 * Measures the mean silhouette over all points (Rousseeuw, 1987): (b - a) / max(a, b), where a is the mean distance to
 * the point's own cluster without itself and b the smallest mean distance to another cluster; 0 for a point alone.
 * O(n²) time and O(n k) memory. Labels are 0 … k - 1. NaN with fewer than two clusters in use.
 */
export function silhouette(points: Points, labels: ArrayLike<number>): number {
  const { count } = points;
  const k = 1 + largest(labels);
  const sizes = new Int32Array(k);
  for (let i = 0; i < count; i++) sizes[labels[i]!]!++;
  if (sizes.filter((size) => size > 0).length < 2) return Number.NaN;
  const sums = distancesToClusters(points, labels, k);
  let total = 0;
  for (let i = 0; i < count; i++) total += silhouetteOf(sums.subarray(i * k, (i + 1) * k), labels[i]!, sizes);
  return total / count;
}

/** Measures the silhouette among `size` seeded draws of the points; exact when there are no more than that. */
export function sampledSilhouette(points: Points, labels: ArrayLike<number>, size: number, random: Random): number {
  if (points.count <= size) return silhouette(points, labels);
  const drawn = sampleWithoutReplacement(points.count, size, random);
  return silhouette(
    pickPoints(points, drawn),
    drawn.map((i) => labels[i]!),
  );
}

function silhouetteOf(sums: Float64Array, own: number, sizes: Int32Array): number {
  if (sizes[own]! < 2) return 0;
  const within = sums[own]! / (sizes[own]! - 1);
  let nearest = Number.POSITIVE_INFINITY;
  for (let c = 0; c < sizes.length; c++) {
    if (c !== own && sizes[c]! > 0) nearest = Math.min(nearest, sums[c]! / sizes[c]!);
  }
  const wider = Math.max(within, nearest);
  return wider === 0 ? 0 : (nearest - within) / wider;
}

/** Sums each point's distances per cluster: count x k. */
function distancesToClusters(points: Points, labels: ArrayLike<number>, k: number): Float64Array {
  const { count, dimensions, values } = points;
  const sums = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const distance = Math.sqrt(squaredDistance(values, i, values, j, dimensions));
      sums[i * k + labels[j]!]! += distance;
      sums[j * k + labels[i]!]! += distance;
    }
  }
  return sums;
}

function largest(values: ArrayLike<number>): number {
  let most = -1;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  return most;
}
