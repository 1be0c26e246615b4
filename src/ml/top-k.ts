/**
 * Finds the k indices with the highest scores, best first, the lower index first when equal.
 * Leaves out indices for which `skip` holds 1, and scores that are NaN. Shorter than k when not enough are left.
 */
export function topK(scores: ArrayLike<number>, k: number, skip?: Uint8Array): Int32Array {
  const best = new Int32Array(Math.min(k, scores.length));
  let used = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (skip?.[i] || Number.isNaN(score)) continue;
    if (used === best.length && (used === 0 || score <= scores[best[used - 1]!]!)) continue;
    let at = used < best.length ? used++ : used - 1;
    for (; at > 0 && scores[best[at - 1]!]! < score; at--) best[at] = best[at - 1]!;
    best[at] = i;
  }
  return best.subarray(0, used);
}

/** Marks indices in a fresh array of `size` zeros, to be left out by `topK`. */
export function markIndices(size: number, indices: ArrayLike<number>): Uint8Array {
  const marks = new Uint8Array(size);
  for (let e = 0; e < indices.length; e++) marks[indices[e]!] = 1;
  return marks;
}
