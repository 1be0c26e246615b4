import { orderByCode, orderById } from '#domain/orders';
import type { OrderDoc } from '#models/order';
import { RefusedError } from './cli-error.ts';

/** Finds the order an operator means: the code people read out, or its id. Throws a RefusedError. */
export async function whichOrder(text: string): Promise<OrderDoc> {
  const words = text.trim();
  const order = (await orderById(words)) ?? (await orderByCode(words));
  if (order) return order;
  throw new RefusedError(`There is no order "${text}". Give its code, as shown by "toli orders list", or its id.`);
}
