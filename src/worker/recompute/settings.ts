const DAY = 86_400_000;

/** Holds the settings of the nightly computation. The factorization's were good on retail data; tuning is not done yet. */
export const SETTINGS = {
  seed: 20_101_201,
  popularMs: 30 * DAY,
  replayMs: 7 * DAY,
  factorization: { factors: 32, regularization: 20, alpha: 2, iterations: 10 },
  /** How much the factorization's score (about 0 to 1) adds to the number of orders in "again". */
  againWeight: 1,
  /** How much popularity (0 to 1) adds there. */
  popularWeight: 1,
  segments: { restarts: 5, resamples: 10, silhouetteSize: 2000, resampleSize: 3000 },
  /** Fewer customers than this are not clustered: a share of 2 % would be nobody. */
  fewestToCluster: 100,
  kept: { again: 60, fresh: 20, popular: 100 },
} as const;

/** Is the cut at which the gates judge. */
export const JUDGED_AT = 10;
