import { type Points, pickPoints, squaredDistance } from './points.ts';
import { drawBelow, type Random } from './random.ts';

/** Holds k-means' answer: k x dimensions centroids, one label per point and the sum of squared distances. */
export interface KMeansFit {
  readonly k: number;
  readonly dimensions: number;
  readonly centroids: Float64Array;
  readonly labels: Int32Array;
  readonly inertia: number;
  readonly iterations: number;
}

export interface KMeansOptions {
  readonly k: number;
  readonly random: Random;
  /** Independent starts, the best of which is kept. 10 unless told. */
  readonly restarts?: number;
  /** Lloyd steps per start at most. 300 unless told. */
  readonly maxIterations?: number;
}

/**
 * Fits k-means from several k-means++ starts (Arthur and Vassilvitskii, 2007) and keeps the lowest inertia.
 * Throws a RangeError when there are fewer points than clusters.
 */
export function fitKMeans(points: Points, options: KMeansOptions): KMeansFit {
  const { k, random, restarts = 10, maxIterations = 300 } = options;
  if (k < 1 || points.count < k) throw new RangeError(`${points.count} points cannot make ${k} clusters`);
  let best: KMeansFit | undefined;
  for (let start = 0; start < Math.max(1, restarts); start++) {
    const fit = runLloyd(points, drawPlusPlusCentroids(points, k, random), maxIterations);
    if (!best || fit.inertia < best.inertia) best = fit;
  }
  return best!;
}

/** Fits k-means from given rows of the data. */
export function fitKMeansFromRows(points: Points, rows: ArrayLike<number>, maxIterations = 300): KMeansFit {
  return runLloyd(points, pickPoints(points, rows).values, maxIterations);
}

/**
 * Runs Lloyd's algorithm from given centroids (k x dimensions, not changed) until no label changes:
 * each point takes its nearest centroid (the lower one when equal), each centroid its points' mean.
 * A centroid left without points moves to the point farthest from its own.
 */
export function runLloyd(points: Points, initial: Float64Array, maxIterations = 300): KMeansFit {
  const { dimensions } = points;
  const k = initial.length / dimensions;
  const centroids = initial.slice();
  const labels = new Int32Array(points.count).fill(-1);
  const distances = new Float64Array(points.count);
  const sizes = new Int32Array(k);
  let iterations = 0;
  while (assignNearest(points, centroids, labels, distances) > 0 && iterations < maxIterations) {
    iterations++;
    fillEmptyClusters(labels, distances, sizes);
    moveToMeans(points, labels, sizes, centroids);
  }
  return { k, dimensions, centroids, labels, inertia: sum(distances), iterations };
}

/** Finds the nearest centroid of every point; writes labels and squared distances; returns how many labels changed. */
function assignNearest(points: Points, centroids: Float64Array, labels: Int32Array, distances: Float64Array): number {
  const { count, dimensions, values } = points;
  const k = centroids.length / dimensions;
  let changed = 0;
  for (let i = 0; i < count; i++) {
    let nearest = 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      const distance = squaredDistance(values, i, centroids, c, dimensions);
      if (distance < smallest) {
        smallest = distance;
        nearest = c;
      }
    }
    if (labels[i] !== nearest) changed++;
    labels[i] = nearest;
    distances[i] = smallest;
  }
  return changed;
}

/** Labels points by frozen centroids: what moves a customer between two refits. */
export function labelByCentroids(points: Points, centroids: Float64Array): Int32Array {
  const labels = new Int32Array(points.count).fill(-1);
  assignNearest(points, centroids, labels, new Float64Array(points.count));
  return labels;
}

/** Draws k starting centroids, each with probability proportional to its squared distance to those drawn before. */
function drawPlusPlusCentroids(points: Points, k: number, random: Random): Float64Array {
  const { count, dimensions, values } = points;
  const chosen = new Int32Array(k);
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  chosen[0] = drawBelow(count, random);
  for (let c = 1; c < k; c++) {
    for (let i = 0; i < count; i++) {
      distances[i] = Math.min(distances[i]!, squaredDistance(values, i, values, chosen[c - 1]!, dimensions));
    }
    chosen[c] = drawByWeight(distances, random);
  }
  return pickPoints(points, chosen).values;
}

/** Counts the points of each label. */
export function countLabels(labels: Int32Array, k: number): Int32Array {
  const sizes = new Int32Array(k);
  for (const label of labels) sizes[label]!++;
  return sizes;
}

function drawByWeight(weights: Float64Array, random: Random): number {
  const total = sum(weights);
  if (total === 0) return drawBelow(weights.length, random);
  let left = random() * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

function fillEmptyClusters(labels: Int32Array, distances: Float64Array, sizes: Int32Array): void {
  sizes.set(countLabels(labels, sizes.length));
  for (let c = 0; c < sizes.length; c++) {
    if (sizes[c] !== 0) continue;
    const farthest = indexOfLargest(distances);
    sizes[labels[farthest]!]!--;
    sizes[c] = 1;
    labels[farthest] = c;
    distances[farthest] = 0;
  }
}

function moveToMeans(points: Points, labels: Int32Array, sizes: Int32Array, centroids: Float64Array): void {
  const { count, dimensions, values } = points;
  for (let c = 0; c < sizes.length; c++) if (sizes[c]! > 0) centroids.fill(0, c * dimensions, (c + 1) * dimensions);
  for (let i = 0; i < count; i++) {
    const into = labels[i]! * dimensions;
    for (let d = 0; d < dimensions; d++) centroids[into + d]! += values[i * dimensions + d]!;
  }
  for (let at = 0; at < centroids.length; at++) {
    const size = sizes[Math.floor(at / dimensions)]!;
    if (size > 0) centroids[at]! /= size;
  }
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
