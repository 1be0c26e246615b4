import { nativeCollection } from '#lib/mongo';
import { Order, type OrderDoc, type OrderState } from '#models/order';
import { idsOf } from './customers.ts';

/** Says which orders are wanted; all that were made in a chat when nothing is said. */
export interface OrderWish {
  readonly state?: OrderState;
  /** Only purchases that are still to be handed over. */
  readonly undelivered?: boolean;
  readonly customerId?: string;
  readonly limit: number;
}

/** Lists orders, newest first. One customer's list holds imported ones too. */
export async function listOrders({ state, undelivered, customerId, limit }: OrderWish): Promise<OrderDoc[]> {
  const filter = {
    ...(customerId ? { customerId: { $in: await idsOf(customerId) } } : { source: 'chat' as const }),
    ...(state ? { state } : {}),
    ...(undelivered ? { state: 'confirmed' as const, 'fulfilment.state': { $in: ['none', 'packed'] as const } } : {}),
  };
  const found = await nativeCollection(Order)
    .find(filter as object)
    .sort({ placedAt: -1 })
    .limit(limit)
    .toArray();
  return found as OrderDoc[];
}
