import { countOverlaps } from './adjusted-rand.ts';
import { assignCheapest } from './assignment.ts';

/**
 * Renames a new run's labels so that segments keep the label they had: pairs old and new clusters for the most points
 * in common. Both arrays cover the same points (the customers of both runs); `k` is the number of new clusters, needed
 * when one of them may have none of these points. Returns the map new label → kept label; a cluster without an old
 * partner gets a number that is not in use, and when there are fewer clusters than before, numbers stay free.
 */
export function matchLabels(previous: ArrayLike<number>, next: ArrayLike<number>, k = 0): Int32Array {
  const { rows, columns, cells } = countOverlaps(next, previous);
  const clusters = Math.max(k, rows);
  const size = Math.max(clusters, columns);
  const cost = new Float64Array(clusters * size);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) cost[r * size + c] = -cells[r * columns + c]!;
  }
  return assignCheapest(cost, clusters, size);
}

/** Applies a map from `matchLabels` to labels. */
export function renameLabels(labels: Int32Array, map: Int32Array): Int32Array {
  return labels.map((label) => map[label]!);
}

/** Reorders centroids (k x dimensions) so that row = kept label. Needs a map onto 0 … k - 1. */
export function renameCentroids(centroids: Float64Array, map: Int32Array): Float64Array {
  const dimensions = centroids.length / map.length;
  const renamed = new Float64Array(centroids.length);
  map.forEach((kept, label) => {
    renamed.set(centroids.subarray(label * dimensions, (label + 1) * dimensions), kept * dimensions);
  });
  return renamed;
}

/** Counts the points whose label differs. Throws a RangeError when the labellings differ in length. */
export function countMoved(previous: ArrayLike<number>, next: ArrayLike<number>): number {
  if (previous.length !== next.length) throw new RangeError(`${previous.length} labels against ${next.length}`);
  let moved = 0;
  for (let i = 0; i < next.length; i++) if (previous[i] !== next[i]) moved++;
  return moved;
}
