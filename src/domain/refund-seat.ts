import { nativeCollection } from '#lib/mongo';
import { Order } from '#models/order';
import { teams } from './team-store.ts';

const FROM = {
  refunded: ['refund-pending', 'refund-failed'],
  'refund-failed': ['refund-pending', 'refunded'],
} as const;

/** Moves the seat and the order of a refund on; may run any number of times. */
export async function finishSeatRefund(orderId: string, state: 'refunded' | 'refund-failed'): Promise<void> {
  const orders = nativeCollection(Order);
  const order = await orders.findOne({ _id: orderId }, { projection: { teamId: 1 } });
  if (!order?.teamId) return;
  const from = [...FROM[state]];
  const seat = { $elemMatch: { orderId, state: { $in: from } } };
  await Promise.all([
    teams().updateOne({ _id: order.teamId, seats: seat }, { $set: { 'seats.$.state': state }, $inc: { rev: 1 } }),
    teams().updateOne({ _id: order.teamId, past: seat }, { $set: { 'past.$.state': state }, $inc: { rev: 1 } }),
    state === 'refunded'
      ? orders.updateOne({ _id: orderId, state: 'refund-pending' }, { $set: { state: 'refunded' } })
      : orders.updateOne({ _id: orderId, state: 'refunded' }, { $set: { state: 'refund-pending' } }),
  ]);
}
