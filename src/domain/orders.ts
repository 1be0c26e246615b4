import type { OrderDoc } from '#models/order';
import type { Deps } from './deps.ts';
import type { MarketRules } from './rules.ts';

/** Lists a customer's orders, newest first. */
export async function ordersOf(_customerId: string, _limit: number): Promise<OrderDoc[]> {
  throw new Error('not yet');
}
/** Reads an order. */
export async function orderById(_id: string): Promise<OrderDoc | null> {
  throw new Error('not yet');
}
/** Finds an order by the code people read out. */
export async function orderByCode(_code: string): Promise<OrderDoc | null> {
  throw new Error('not yet');
}
/** Marks an order as handed over, which starts its return window. */
export async function markDelivered(
  _deps: Deps,
  _what: { orderId: string; actor: string },
): Promise<
  | { readonly kind: 'delivered'; readonly order: OrderDoc }
  | { readonly kind: 'not-confirmed' }
  | { readonly kind: 'unknown' }
> {
  throw new Error('not yet');
}
/** Takes a confirmed order back and sends its money home. */
export async function refundOrder(
  _deps: Deps,
  _what: { orderId: string; actor: string; reason: string },
): Promise<
  | { readonly kind: 'refunding'; readonly amount: number }
  | { readonly kind: 'released' }
  | { readonly kind: 'not-refundable' }
  | { readonly kind: 'unknown' }
> {
  throw new Error('not yet');
}
/** Tells when an order can no longer be returned; null before it was delivered. */
export function returnWindowEnds(_order: OrderDoc, _category: string, _rules: MarketRules): Date | null {
  throw new Error('not yet');
}
