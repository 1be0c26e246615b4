import { describe, expect, it } from 'vitest';
import { boundPairedDifference } from '#ml/bootstrap';
import { allFinite, judgeAgain, judgeNew } from '#ml/gates';
import { createRandom } from '#ml/random';
import { mean, ndcgAt, recallAt } from '#ml/ranking-metrics';

/** Draws one metric per customer: noise around `level`. */
function metrics(count: number, level: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => level + (random() - 0.5) * 0.2);
}

describe('ranking metrics', () => {
  it('agree with cases worked out by hand', () => {
    const relevant = new Set([3, 5]);
    expect(ndcgAt(10, [3, 5], relevant)).toBe(1);
    expect(ndcgAt(10, [5, 3], relevant)).toBe(1);
    expect(ndcgAt(10, [1, 3, 2, 5], relevant)).toBeCloseTo((0.6309297536 + 0.4306765581) / 1.6309297536, 9);
    expect(ndcgAt(1, [1, 3], relevant)).toBe(0);
    expect(recallAt(2, [3, 1, 5], relevant)).toBe(0.5);
  });

  it('take min(k, relevant) as the ideal, so that k hits are perfect', () => {
    const many = new Set([0, 1, 2, 3, 4, 5, 6]);
    expect(ndcgAt(3, [6, 5, 4], many)).toBe(1);
    expect(recallAt(3, [6, 5, 4], many)).toBeCloseTo(3 / 7, 12);
  });

  it('are 0 for an empty list and undefined when nothing is relevant', () => {
    expect(ndcgAt(10, [], new Set([1]))).toBe(0);
    expect(ndcgAt(10, [1], new Set())).toBeNaN();
    expect(recallAt(10, [1], new Set())).toBeNaN();
  });
});

describe('the paired bootstrap', () => {
  it('gives the same bounds for the same seed', () => {
    const bound = () => boundPairedDifference(metrics(300, 0.5, 1), metrics(300, 0.4, 2), { random: createRandom(3) });
    expect(bound()).toEqual(bound());
  });

  it('brackets the difference, narrower with more customers', () => {
    const width = (n: number) => {
      const bounds = boundPairedDifference(metrics(n, 0.5, 1), metrics(n, 0.45, 2), { random: createRandom(3) });
      expect(bounds.lower).toBeLessThan(bounds.difference);
      expect(bounds.upper).toBeGreaterThan(bounds.difference);
      return bounds.upper - bounds.lower;
    };
    expect(width(2000)).toBeLessThan(width(100));
  });

  it('leaves about a tenth of all samples above the truth by its lower bound', () => {
    let above = 0;
    for (let trial = 0; trial < 200; trial++) {
      const a = metrics(100, 0.5, 2 * trial);
      const b = metrics(100, 0.5, 2 * trial + 1);
      if (boundPairedDifference(a, b, { random: createRandom(trial), resamples: 200 }).lower > 0) above++;
    }
    expect(above).toBeGreaterThan(6);
    expect(above).toBeLessThan(38);
  });

  it('has no spread when both are equal', () => {
    const same = metrics(50, 0.5, 1);
    const bounds = boundPairedDifference(same, same, { random: createRandom(1) });
    expect(bounds).toEqual({ difference: 0, lower: 0, upper: 0 });
  });

  it('refuses lists of different customers', () => {
    expect(() => boundPairedDifference([1], [1, 2], { random: createRandom(1) })).toThrow(RangeError);
  });
});

describe('the publishing gates', () => {
  const random = () => createRandom(17);

  it('let "Order again" through when it equals its rival, and even when the rival never hits', () => {
    const rival = metrics(300, 0.36, 1);
    expect(judgeAgain({ champion: rival, rival, random: random() })).toMatchObject({ passed: true, reason: 'passed' });
    const none = new Float64Array(300);
    expect(judgeAgain({ champion: none, rival: none, random: random() }).passed).toBe(true);
  });

  it('hold "Order again" against 2 % of its rival mean', () => {
    const rival = metrics(300, 0.5, 1);
    const shifted = (by: number) => rival.map((value) => value + by);
    expect(judgeAgain({ champion: shifted(-0.009), rival, random: random() }).passed).toBe(true);
    expect(judgeAgain({ champion: shifted(-0.011), rival, random: random() })).toMatchObject({
      passed: false,
      reason: 'worse than personal-then-popular',
    });
  });

  it('let "New for you" through only when it beats what is popular', () => {
    const rival = metrics(300, 0.08, 1);
    expect(judgeNew({ champion: rival, rival, random: random() })).toMatchObject({
      passed: false,
      reason: 'does not beat popular',
      n: 300,
    });
    const verdict = judgeNew({ champion: rival.map((value) => value + 0.02), rival, random: random() });
    expect(verdict).toMatchObject({ passed: true, reason: 'passed', required: 0 });
    expect(verdict.bound).toBeCloseTo(0.02, 9);
    expect(verdict.difference).toBeCloseTo(0.02, 9);
    expect(verdict.rivalMean).toBe(mean(rival));
  });

  it('do not let a small lucky lead through', () => {
    const verdict = judgeNew({ champion: metrics(250, 0.1002, 1), rival: metrics(250, 0.1, 2), random: random() });
    expect(verdict.passed).toBe(false);
  });

  it('publish the simple list below 200 customers and say so', () => {
    const few = metrics(199, 0.5, 1);
    const reason = 'too few to judge: simple list';
    expect(judgeNew({ champion: few, rival: few, random: random() })).toMatchObject({ passed: false, reason, n: 199 });
    expect(judgeAgain({ champion: [], rival: [], random: random() })).toMatchObject({ passed: false, reason, n: 0 });
  });

  it('stop what is not finite', () => {
    const broken = metrics(300, 0.5, 1);
    broken[7] = Number.NaN;
    expect(judgeAgain({ champion: broken, rival: metrics(300, 0.1, 2), random: random() }).reason).toBe('not finite');
    expect(allFinite([1, 2], Float64Array.of(3, Number.POSITIVE_INFINITY))).toBe(false);
    expect(allFinite([1, 2], new Float64Array(3), [])).toBe(true);
  });

  it('give the same verdict for the same seed', () => {
    const judge = () => judgeNew({ champion: metrics(300, 0.1, 1), rival: metrics(300, 0.09, 2), random: random() });
    expect(judge()).toEqual(judge());
  });
});
