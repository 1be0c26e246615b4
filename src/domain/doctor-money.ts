import { nativeCollection } from '#lib/mongo';
import { Journal } from '#models/journal';
import { Order } from '#models/order';
import { Payment } from '#models/payment';
import { PaymentEvent } from '#models/payment-event';
import { Reward } from '#models/reward';
import { Team } from '#models/team';
import { type Check, violations } from './doctor-check.ts';
import { proveLedger } from './ledger-proof.ts';

/** Checks that every unit of money is in exactly one place, and that rewards rest on settled orders. */
export const moneyChecks: readonly Check[] = [
  {
    id: 'I3-captured',
    what: 'what providers reported as paid, what payments captured and what the ledger booked is the same',
    find: async () => violations([...(await eventProblems()), ...(await bookingProblems())]),
  },
  {
    id: 'I3-refunded',
    what: 'no payment gives back more than it captured',
    find: async () => {
      const rows = await Payment.find({ $expr: { $gt: ['$refunded', '$captured'] } }).lean();
      return violations(rows.map(({ _id, refunded, captured }) => `${_id} refunds ${refunded} of ${captured}`));
    },
  },
  {
    id: 'I3-held',
    what: 'money is held only for teams that are still running',
    find: async () => violations(await heldProblems()),
  },
  {
    id: 'I8',
    what: 'an available or paid-out reward rests on an order that was delivered and not refunded, or was taken back',
    find: async () => violations(await rewardProblems()),
  },
  {
    id: 'I9',
    what: 'every journal and every currency of the ledger adds up to zero',
    find: async () => violations([...(await proveLedger()).problems]),
  },
];

async function eventProblems(): Promise<string[]> {
  const paid = await nativeCollection(PaymentEvent)
    .aggregate<{ _id: { provider: string; paymentId: string }; amount: number; undecided: number }>([
      { $match: { kind: 'paid' } },
      {
        $group: {
          _id: { provider: '$provider', paymentId: '$paymentId' },
          amount: { $max: '$amount' },
          undecided: { $sum: { $cond: ['$decided', 0, 1] } },
        },
      },
    ])
    .toArray();
  const payments = await Payment.find({ state: 'captured' }, { captured: 1 }).lean();
  const captured = new Map(payments.map(({ _id, captured: amount }) => [_id, amount]));
  return paid.flatMap(({ _id, amount, undecided }) => {
    const key = `${_id.provider}:${_id.paymentId}`;
    if (undecided > 0) return [];
    return captured.get(key) === amount ? [] : [`${key}: paid ${amount}, captured ${captured.get(key) ?? 'nothing'}`];
  });
}

async function bookingProblems(): Promise<string[]> {
  const booked = await nativeCollection(Journal)
    .aggregate<{ _id: string; amount: number }>([
      { $match: { kind: { $in: ['captured', 'captured-unknown'] }, paymentKey: { $exists: true } } },
      { $unwind: '$entries' },
      { $match: { 'entries.amount': { $gt: 0 } } },
      { $group: { _id: '$paymentKey', amount: { $sum: '$entries.amount' } } },
    ])
    .toArray();
  const bookedOf = new Map(booked.map(({ _id, amount }) => [_id, amount]));
  const payments = await Payment.find({ state: 'captured', row: { $exists: true } }, { captured: 1 }).lean();
  return payments.flatMap(({ _id, captured }) =>
    bookedOf.get(_id) === captured ? [] : [`${_id}: captured ${captured}, booked ${bookedOf.get(_id) ?? 'nothing'}`],
  );
}

async function heldProblems(): Promise<string[]> {
  const held = await nativeCollection(Journal)
    .aggregate<{ _id: string; amount: number }>([
      { $match: { orderId: { $exists: true } } },
      { $unwind: '$entries' },
      { $match: { 'entries.account': { $regex: ':held$' } } },
      { $group: { _id: '$orderId', amount: { $sum: '$entries.amount' } } },
      { $match: { amount: { $ne: 0 } } },
    ])
    .toArray();
  const orders = await Order.find({ _id: { $in: held.map(({ _id }) => _id) } }, { teamId: 1 }).lean();
  const teamOf = new Map(orders.map(({ _id, teamId }) => [_id, teamId]));
  const teams = [...teamOf.values()].filter((id) => id !== undefined);
  const ended = await Team.find(
    { _id: { $in: teams }, state: { $nin: ['forming', 'open'] }, events: [] },
    { _id: 1 },
  ).lean();
  const isEnded = new Set(ended.map(({ _id }) => _id));
  return held.flatMap(({ _id, amount }) => {
    const team = teamOf.get(_id);
    if (amount < 0) return [`order ${_id}: ${amount} held`];
    return team && isEnded.has(team) ? [`order ${_id}: ${amount} held although team ${team} has ended`] : [];
  });
}

async function rewardProblems(): Promise<string[]> {
  const rewards = await Reward.find({
    state: { $in: ['available', 'paid-out'] },
    clawedBackAt: { $exists: false },
  }).lean();
  const orders = await Order.find(
    { _id: { $in: rewards.map(({ orderId }) => orderId) } },
    { state: 1, fulfilment: 1 },
  ).lean();
  const orderOf = new Map(orders.map((order) => [order._id, order]));
  return rewards.flatMap(({ _id, orderId }) => {
    const order = orderOf.get(orderId);
    if (!order) return [`reward ${_id}: order ${orderId} does not exist`];
    if (order.state === 'refunded' || order.state === 'refund-pending')
      return [`reward ${_id}: order ${orderId} is ${order.state}`];
    return order.fulfilment.deliveredAt ? [] : [`reward ${_id}: order ${orderId} was never delivered`];
  });
}
