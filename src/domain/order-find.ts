import { nativeCollection } from '#lib/mongo';
import { Order, type OrderDoc } from '#models/order';
import { idsOf } from './customers.ts';
import { batchedReads } from './row-batches.ts';

/** Reads an order; null when there is none. What comes back may be shared and is not to be changed. */
export const orderById: (id: string) => Promise<OrderDoc | null> = batchedReads(() => nativeCollection(Order));

/** Finds an order by the code people read out, in any case; null when there is none. */
export async function orderByCode(code: string): Promise<OrderDoc | null> {
  const found = await nativeCollection(Order).findOne({ code: code.trim().toUpperCase() });
  return found as OrderDoc | null;
}

/** Lists a customer's orders, newest first. */
export async function ordersOf(customerId: string, limit: number): Promise<OrderDoc[]> {
  const found = await nativeCollection(Order)
    .find({ customerId: { $in: await idsOf(customerId) } })
    .sort({ placedAt: -1 })
    .limit(limit)
    .toArray();
  return found as OrderDoc[];
}
