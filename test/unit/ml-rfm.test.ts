import { describe, expect, it } from 'vitest';
import { pointsFromColumns } from '#ml/points';
import { findRfmBorders, holds, RFM_RULES, RFM_SEGMENTS, scoreAllRfm, scoreRfm, segmentOfRfm } from '#ml/rfm';
import { logOnePlus, measureScale, standardise } from '#ml/scale';

const SCORES = [1, 2, 3, 4, 5];
const ALL_SCORES = SCORES.flatMap((recency) =>
  SCORES.flatMap((frequency) => SCORES.map((monetary) => ({ recency, frequency, monetary }))),
);

describe('RFM scores', () => {
  it('are even quintiles when all values differ', () => {
    const values = Array.from({ length: 10 }, (_, i) => i);
    const scores = scoreAllRfm({ recencyDays: values, frequency: values, monetary: values });
    expect(scores.map(({ recency }) => recency)).toEqual([5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    expect(scores.map(({ frequency }) => frequency)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(scores.map(({ monetary }) => monetary)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });

  it('are shared by equal values', () => {
    const frequency = [1, 1, 1, 1, 1, 1, 1, 2, 3, 9];
    const scores = scoreAllRfm({ recencyDays: frequency.map(() => 0), frequency, monetary: frequency });
    expect(scores.map((score) => score.frequency)).toEqual([1, 1, 1, 1, 1, 1, 1, 4, 5, 5]);
    expect(new Set(scores.map(({ recency }) => recency))).toEqual(new Set([5]));
  });

  it('call a town where everybody bought once today new', () => {
    const [score] = scoreAllRfm({ recencyDays: [0, 0, 0], frequency: [1, 1, 1], monetary: [50, 50, 50] });
    expect(segmentOfRfm(score!)).toBe('New');
  });

  it('exist for one customer and for none', () => {
    expect(scoreAllRfm({ recencyDays: [3], frequency: [1], monetary: [10] })).toHaveLength(1);
    expect(scoreAllRfm({ recencyDays: [], frequency: [], monetary: [] })).toEqual([]);
  });

  it('place a customer who was not there by the borders found before', () => {
    const values = Array.from({ length: 100 }, (_, i) => i);
    const borders = findRfmBorders({ recencyDays: values, frequency: values, monetary: values });
    expect(scoreRfm(borders, 0, 1000, -5)).toEqual({ recency: 5, frequency: 5, monetary: 1 });
  });
});

describe('rule segments', () => {
  it('take every score triple exactly once', () => {
    for (const score of ALL_SCORES) expect(RFM_RULES.filter((rule) => holds(rule, score))).toHaveLength(1);
  });

  it('are all reachable, and only listed names are', () => {
    expect(new Set(ALL_SCORES.map(segmentOfRfm))).toEqual(new Set(RFM_SEGMENTS));
  });

  it('call the best champions and the worst lost', () => {
    expect(segmentOfRfm({ recency: 5, frequency: 5, monetary: 5 })).toBe('Champions');
    expect(segmentOfRfm({ recency: 1, frequency: 1, monetary: 1 })).toBe('Lost');
    expect(segmentOfRfm({ recency: 1, frequency: 5, monetary: 5 })).toBe('At Risk');
  });

  it('refuse a score that is none', () => {
    expect(() => segmentOfRfm({ recency: 0, frequency: 1, monetary: 1 })).toThrow(RangeError);
  });
});

describe('scaling', () => {
  it('gives mean 0 and population deviation 1, and 0 where nothing varies', () => {
    const points = pointsFromColumns([
      [1, 2, 3, 4],
      [7, 7, 7, 7],
    ]);
    const scaled = standardise(points, measureScale(points)).values;
    const root = Math.sqrt(1.25);
    expect(Array.from(scaled)).toEqual([-1.5 / root, 0, -0.5 / root, 0, 0.5 / root, 0, 1.5 / root, 0]);
  });

  it('takes ln(1 + x) and treats what is below 0 as 0', () => {
    expect(Array.from(logOnePlus([0, Math.E - 1, -5]))).toEqual([0, 1, 0]);
  });
});
