import { nativeCollection } from '#lib/mongo';
import { Order } from '#models/order';

/** Reads the code people know an order by; '' when it is not written yet. */
export async function orderCodeOf(orderId: string): Promise<string> {
  const order = await nativeCollection(Order).findOne({ _id: orderId }, { projection: { code: 1 } });
  return order?.code ?? '';
}
