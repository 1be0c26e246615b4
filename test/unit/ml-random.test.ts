import { describe, expect, it } from 'vitest';
import {
  createRandom,
  drawBelow,
  drawByXoshiro,
  sampleWithoutReplacement,
  sampleWithReplacement,
  shuffleInPlace,
} from '#ml/random';

describe('seeded randomness', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const draw = (seed: number) => Array.from({ length: 20 }, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('stays in [0, 1) with mean near a half, for neighbouring seeds and for 0', () => {
    for (const seed of [0, 1, 2, -1, 2 ** 31]) {
      const random = createRandom(seed);
      const values = Array.from({ length: 20_000 }, random);
      expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
      expect(Math.abs(values.reduce((sum, value) => sum + value) / 20_000 - 0.5)).toBeLessThan(0.01);
    }
  });

  it('follows the xoshiro128** of its authors', () => {
    const random = drawByXoshiro(1, 2, 3, 4);
    expect([random() * 2 ** 32, random() * 2 ** 32, random() * 2 ** 32]).toEqual([11520, 0, 5927040]);
  });

  it('draws every number below the bound and none at it', () => {
    const random = createRandom(3);
    const seen = new Set(Array.from({ length: 500 }, () => drawBelow(7, random)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('shuffles without losing anything', () => {
    const shuffled = shuffleInPlace(
      Int32Array.from({ length: 100 }, (_, i) => i),
      createRandom(4),
    );
    expect(Array.from(shuffled)).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(Array.from(shuffled.slice().sort())).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('samples without repeats, ascending, and everything when asked for more', () => {
    const drawn = Array.from(sampleWithoutReplacement(50, 20, createRandom(5)));
    expect(new Set(drawn).size).toBe(20);
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
    expect(sampleWithoutReplacement(3, 10, createRandom(5))).toHaveLength(3);
  });

  it('resamples with repeats inside the range', () => {
    const drawn = sampleWithReplacement(10, 1000, createRandom(6));
    expect(drawn).toHaveLength(1000);
    expect(new Set(drawn).size).toBe(10);
  });
});
