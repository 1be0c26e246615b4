import type { Sentence } from '#conversation/flow';
import type { OrderDoc } from '#models/order';
import { instant } from './say.ts';

/** Says where an order is, in a few words. */
export function orderState(order: OrderDoc): Sentence {
  const { state, fulfilment, refundBy } = order;
  switch (state) {
    case 'placed':
      return { copy: 'order.placed' };
    case 'paid':
      return { copy: order.method === 'cod' ? 'order.agreed' : 'order.paid' };
    case 'confirmed':
      return { copy: FULFILMENT_COPY[fulfilment.state] };
    case 'released':
      return { copy: 'order.released' };
    case 'refund-pending':
      return refundBy ? { copy: 'order.refund-by', params: { by: instant(refundBy) } } : { copy: 'order.refund-soon' };
    case 'refunded':
      return { copy: 'order.refunded' };
    default:
      return state satisfies never;
  }
}

const FULFILMENT_COPY = {
  none: 'order.confirmed',
  packed: 'order.packed',
  delivered: 'order.delivered',
  returned: 'order.returned',
  refused: 'order.refused',
} as const satisfies { readonly [state in OrderDoc['fulfilment']['state']]: string };
