import type { Points } from './points.ts';

/** Holds what standardising took away per dimension, so that a new point can be put in the same space. */
export interface Scale {
  readonly means: Float64Array;
  /** Population standard deviations; 1 where a dimension does not vary, so that it becomes 0 and not NaN. */
  readonly deviations: Float64Array;
}

/** Takes ln(1 + x) of every value; values below 0 count as 0. */
export function logOnePlus(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => Math.log1p(Math.max(0, value)));
}

/** Measures mean and population standard deviation of each dimension. */
export function measureScale({ count, dimensions, values }: Points): Scale {
  const means = new Float64Array(dimensions);
  const deviations = new Float64Array(dimensions);
  for (let at = 0; at < values.length; at++) means[at % dimensions]! += values[at]! / count;
  for (let at = 0; at < values.length; at++) {
    const gap = values[at]! - means[at % dimensions]!;
    deviations[at % dimensions]! += (gap * gap) / count;
  }
  for (let d = 0; d < dimensions; d++) {
    const deviation = Math.sqrt(deviations[d]!);
    deviations[d] = deviation > 1e-12 * Math.max(1, Math.abs(means[d]!)) ? deviation : 1;
  }
  return { means, deviations };
}

/** Moves points into z-scores of the given scale. */
export function standardise(points: Points, { means, deviations }: Scale): Points {
  const { dimensions } = points;
  const values = points.values.map((value, at) => (value - means[at % dimensions]!) / deviations[at % dimensions]!);
  return { ...points, values };
}
