import { expect, it } from 'vitest';
import { marketOf, readPhone } from '#domain/addresses';
import { maskedName } from '#domain/person-labels';
import { returnWindowEnds } from '#domain/return-window';

const address = {
  channel: 'simulator',
  key: 'k',
  sealed: { iv: '', data: '', tag: '' },
  mask: '+91*******10',
  at: new Date(0),
};

it('names a person to others by first letters, or by two digits', () => {
  expect(maskedName({ name: 'Asha Kumari Devi', addresses: [address] })).toBe('A… K…');
  expect(maskedName({ name: '  आशा ', addresses: [] })).toBe('आ…');
  expect(maskedName({ addresses: [address] })).toBe('…10');
  expect(maskedName(null)).toBe('…');
});

it('reads phone numbers as people write them, and nothing else', () => {
  expect(readPhone('+91 98765 43210')).toBe('+919876543210');
  expect(readPhone('098765-43210')).toBe('+919876543210');
  expect(readPhone('07700 900123', 'GB')).toBe('+447700900123');
  for (const text of ['', 'namaste', '17850', '+91', '12']) expect(readPhone(text)).toBeNull();
});

it('knows the market of a number it cannot place exactly by its calling code', () => {
  expect(marketOf('+447700900123')).toBe('GB');
  expect(marketOf('+254712345678')).toBe('KE');
  expect(marketOf('+6281234567890')).toBe('ID');
  expect(marketOf('someone@lid')).toBe('IN');
});

it('lets groceries be returned for a shorter time, and nothing before it came', () => {
  const deliveredAt = new Date('2026-11-01T00:00:00Z');
  const rules = { returnDays: 7, groceryReturnDays: 3 };
  const order = { fulfilment: { state: 'delivered' as const, deliveredAt } };
  expect(returnWindowEnds(order, 'home', rules)).toEqual(new Date('2026-11-08T00:00:00Z'));
  expect(returnWindowEnds(order, 'groceries', rules)).toEqual(new Date('2026-11-04T00:00:00Z'));
  expect(returnWindowEnds({ fulfilment: { state: 'none' } }, 'home', rules)).toBeNull();
});
