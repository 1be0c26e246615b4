import type { Next } from '#conversation/flow';
import { startFlow } from '#conversation/step';
import { ordersOf } from '#domain/orders';
import type { FlowContext } from './context.ts';

const ORDERS_SEEN = 10;

/** Goes to the order that waits for its money, or to her orders when none does. */
export async function paymentDone({ customer }: FlowContext): Promise<Next> {
  const orders = await ordersOf(customer._id, ORDERS_SEEN);
  const waiting = orders.find(({ state }) => state === 'placed');
  return waiting ? startFlow('pay', { orderId: waiting._id }) : startFlow('my-orders');
}
