import type { OrderDoc } from '#models/order';
import type { MarketRules } from './rules.ts';

const DAY = 86_400_000;

/** Tells when an order of a product of this category can no longer be returned; null before it was delivered. */
export function returnWindowEnds(
  order: Pick<OrderDoc, 'fulfilment'>,
  category: string,
  rules: Pick<MarketRules, 'returnDays' | 'groceryReturnDays'>,
): Date | null {
  const { deliveredAt } = order.fulfilment;
  if (!deliveredAt) return null;
  const days = category === 'groceries' ? rules.groceryReturnDays : rules.returnDays;
  return new Date(deliveredAt.getTime() + days * DAY);
}
