import type { Random } from './random.ts';
import { mean } from './ranking-metrics.ts';

/** Holds a mean paired difference with its one-sided bootstrap bounds. */
export interface PairedDifference {
  readonly difference: number;
  /** With the given confidence the true mean difference is above this … */
  readonly lower: number;
  /** … and, looked at from the other side with the same confidence, below this. */
  readonly upper: number;
}

export interface BootstrapOptions {
  readonly random: Random;
  /** Confidence of each bound on its own: 0.9 puts 10 % beyond it. 0.9 unless told. */
  readonly confidence?: number;
  /** 2,000 unless told. */
  readonly resamples?: number;
}

/**
 * Bounds the mean of a[i] - b[i] by the percentile bootstrap over customers (Efron, 1979); index = customer in both.
 * Throws a RangeError when the lengths differ; all NaN when there is no customer.
 */
export function boundPairedDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { random, confidence = 0.9, resamples = 2000 }: BootstrapOptions,
): PairedDifference {
  if (a.length !== b.length) throw new RangeError(`${a.length} customers against ${b.length}`);
  const differences = Float64Array.from(a, (value, i) => value - b[i]!);
  const means = new Float64Array(resamples);
  for (let s = 0; s < resamples; s++) means[s] = resampledMean(differences, random);
  means.sort();
  const beyond = Math.floor((1 - confidence) * resamples + 1e-9);
  return { difference: mean(differences), lower: means[beyond]!, upper: means[resamples - 1 - beyond]! };
}

function resampledMean(values: Float64Array, random: Random): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[Math.floor(random() * values.length)]!;
  return total / values.length;
}
