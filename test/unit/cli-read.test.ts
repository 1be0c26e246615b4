import { describe, expect, it } from 'vitest';
import { UsageError } from '#cli/cli-error';
import { readAmount } from '#cli/read-amount';
import { readInstant, showInstant } from '#cli/read-instant';

const INDIA = 'Asia/Kolkata';
const now = new Date('2026-11-22T06:00:00Z');

describe('an amount', () => {
  it.each([
    ['99', 99_00],
    ['₹99', 99_00],
    ['₹ 1,499.50', 1499_50],
    ['Rs. 99', 99_00],
    ['rs99/-', 99_00],
    ['INR 99.5', 99_50],
    ['1,00,000', 100_000_00],
    [' 0.05 ', 5],
  ])('is read from "%s"', (text, minor) => {
    expect(readAmount(text, 'INR')).toBe(minor);
  });

  it.each(['', 'abc', '-5', '0', '0.00', '99.999', '99,50', '1,49', '9 9', '99 100', '£99', 'USD 99', '99abc', '1e3'])(
    'is not read from "%s"',
    (text) => {
      expect(() => readAmount(text, 'INR')).toThrow(UsageError);
    },
  );

  it('may carry the sign of its own currency only', () => {
    expect(readAmount('£2.50', 'GBP')).toBe(250);
    expect(readAmount('R$ 10', 'BRL')).toBe(1000);
    expect(() => readAmount('₹10', 'GBP')).toThrow('is not an amount in GBP');
  });

  it('has no decimals where the money has none', () => {
    expect(readAmount('500', 'JPY')).toBe(500);
    expect(() => readAmount('500.5', 'JPY')).toThrow(UsageError);
  });
});

describe('a time', () => {
  it.each([
    ['now', '2026-11-22T06:00:00.000Z'],
    ['2026-11-22 14:05', '2026-11-22T08:35:00.000Z'],
    ['2026-11-22T14:05', '2026-11-22T08:35:00.000Z'],
    ['2026-11-22 0:05', '2026-11-21T18:35:00.000Z'],
    ['2026-11-22T14:05Z', '2026-11-22T14:05:00.000Z'],
    ['2026-11-22T14:05:06+05:30', '2026-11-22T08:35:06.000Z'],
  ])('is read from "%s" as the clock on the wall shows it', (text, instant) => {
    expect(readInstant(text, INDIA, now).toISOString()).toBe(instant);
  });

  it.each([
    '',
    'tomorrow',
    '14:05',
    '2026-11-22',
    '2026-02-30 10:00',
    '2026-11-22 25:00',
    '2026-11-22 10:61',
    '7d',
    '22/11/2026',
  ])('is not read from "%s"', (text) => {
    expect(() => readInstant(text, INDIA, now)).toThrow(UsageError);
  });

  it.each([
    ['7d', '2026-11-29T06:00:00.000Z'],
    ['36h', '2026-11-23T18:00:00.000Z'],
    ['2026-11-30', '2026-11-30T18:30:00.000Z'],
    ['2026-11-30 20:00', '2026-11-30T14:30:00.000Z'],
  ])('at which something ends is read from "%s"', (text, instant) => {
    expect(readInstant(text, INDIA, now, { ends: true }).toISOString()).toBe(instant);
  });

  it('is right on the days when a zone changes its clocks, and refused where the clock skips it', () => {
    expect(readInstant('2026-03-29 00:30', 'Europe/London', now).toISOString()).toBe('2026-03-29T00:30:00.000Z');
    expect(readInstant('2026-03-29 02:30', 'Europe/London', now).toISOString()).toBe('2026-03-29T01:30:00.000Z');
    expect(() => readInstant('2026-03-29 01:30', 'Europe/London', now)).toThrow(UsageError);
  });

  it('is shown as the clock on the wall shows it', () => {
    expect(showInstant(now, INDIA)).toBe('Sun, 22 Nov 2026, 11:30 GMT+5:30');
  });
});
