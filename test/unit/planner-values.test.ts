import { describe, expect, it } from 'vitest';
import {
  drawChoice,
  EPSILON,
  LIVELINESS,
  NEXT_MESSAGE_KINDS,
  PRIORS,
  placeWeight,
  UNKNOWN_LIVELINESS,
  worthOf,
} from '#domain/next-message-kinds';
import { inHoldout } from '#domain/plan-filters';
import { instantOf, nextSendingWindow } from '#domain/plan-hours';

const worth = { kind: 'again', rank: 0, margin: 1000, liveliness: UNKNOWN_LIVELINESS, messagePrice: 0 } as const;

describe('the worth of a message', () => {
  it('is lift times margin after refunds, less the price and the risk of a STOP', () => {
    const { paysIfSent, paysAnyway, stops } = PRIORS.again;
    const expected =
      (paysIfSent - paysAnyway) * UNKNOWN_LIVELINESS.weight * 950 -
      7 -
      stops * UNKNOWN_LIVELINESS.ordersPer90Days * 950;
    expect(worthOf({ ...worth, messagePrice: 7 })).toBeCloseTo(expected, 10);
  });

  it('falls with the place in her list and with the seats a team lacks', () => {
    const ranks = [0, 1, 5, 20].map((rank) => worthOf({ ...worth, rank }));
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    expect(placeWeight(10)).toBe(0.5);
    const team = { ...worth, kind: 'team' } as const;
    expect(worthOf({ ...team, missing: 1 })).toBeGreaterThan(worthOf({ ...team, missing: 2 }));
  });

  it('is below nothing for what hardly anybody wants, so that silence wins', () => {
    expect(worthOf({ ...worth, kind: 'deal', rank: 60 })).toBeLessThan(0);
  });

  it('puts a win-back above the rest for the lost, and below for champions', () => {
    const of = (kind: 'again' | 'win-back', segment: string) =>
      worthOf({ ...worth, kind, liveliness: LIVELINESS[segment]! });
    expect(of('win-back', 'Lost')).toBeGreaterThan(of('again', 'Lost'));
    expect(of('win-back', 'Champions')).toBeLessThan(of('again', 'Champions'));
  });

  it('has a documented prior for every kind but silence', () => {
    expect(Object.keys(PRIORS).sort()).toEqual(NEXT_MESSAGE_KINDS.filter((kind) => kind !== 'silence').sort());
    for (const { paysIfSent, paysAnyway, why } of Object.values(PRIORS)) {
      expect(paysIfSent).toBeGreaterThan(paysAnyway);
      expect(why).not.toBe('');
    }
  });
});

describe('the draw', () => {
  it('takes the best outside of ε, and silence when it ties', () => {
    expect(drawChoice([1, 5, 2, 0], 0.5)).toEqual({
      index: 1,
      explored: false,
      probability: EPSILON / 4 + 1 - EPSILON,
    });
    expect(drawChoice([0, 0, 0], 0.5).index).toBe(2);
    expect(drawChoice([-1, 0], 0.5).index).toBe(1);
    expect(drawChoice([0], 0.001)).toMatchObject({ index: 0, probability: 1 });
  });

  it('is uniform within ε, and its probabilities add up to one', () => {
    const values = [1, 5, 2, 0];
    const drawn = [0.1, 0.3, 0.6, 0.9].map((part) => drawChoice(values, part * EPSILON));
    expect(drawn.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(drawn.every(({ explored }) => explored)).toBe(true);
    expect(drawn.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  });
});

describe('the holdout', () => {
  it('is a twentieth of all buckets and another one each quarter', () => {
    const quarter = (month: number) => new Date(Date.UTC(2026, month, 15));
    const held = (at: Date) => Array.from({ length: 10_000 }, (_, bucket) => bucket).filter((b) => inHoldout(b, at));
    expect(held(quarter(10))).toHaveLength(500);
    expect(held(quarter(10))[0]).toBe(0);
    expect(held(quarter(12))[0]).toBe(500);
    expect(held(quarter(10 + 60))).toEqual(held(quarter(10)));
  });
});

describe('the sending window', () => {
  const quiet = { from: 21, to: 9 };
  const zone = 'Asia/Kolkata';

  it.each([
    ['in the morning waits for the end of quiet hours', '2026-11-22T03:15:00Z', '2026-11-22T03:30:00Z', '2026-11-22'],
    ['by day is open at once', '2026-11-22T08:00:00Z', '2026-11-22T08:00:00Z', '2026-11-22'],
    ['at night is tomorrow', '2026-11-22T16:00:00Z', '2026-11-23T03:30:00Z', '2026-11-23'],
  ])('%s', (_, now, notBefore, day) => {
    const window = nextSendingWindow(new Date(now), zone, quiet);
    expect(window.day).toBe(day);
    expect(window.notBefore.toISOString()).toBe(new Date(notBefore).toISOString());
    expect(window.expiresAt).toEqual(instantOf(day, 21, zone));
  });

  it('follows summer time', () => {
    expect(instantOf('2026-03-29', 9, 'Europe/London').toISOString()).toBe('2026-03-29T08:00:00.000Z');
    expect(instantOf('2026-03-28', 9, 'Europe/London').toISOString()).toBe('2026-03-28T09:00:00.000Z');
  });
});
