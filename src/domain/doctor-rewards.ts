import { nativeCollection } from '#lib/mongo';
import { Journal } from '#models/journal';
import { Order, type OrderDoc } from '#models/order';
import { Reward, type RewardDoc } from '#models/reward';
import type { Check } from './doctor-check.ts';
import { bookingsOf } from './reward-settling.ts';

/** Checks that rewards rest on settled orders, and that the ledger says what they say. */
export const rewardChecks: readonly Check[] = [
  {
    id: 'I8',
    what: 'an available or paid-out reward rests on an order that was delivered and not refunded, or was taken back',
    find: restingProblems,
  },
  {
    id: 'I8-booked',
    what: 'every reward has made exactly the bookings that its state stands for',
    find: bookingProblems,
  },
];

async function restingProblems(): Promise<string[]> {
  const rewards = await Reward.find({
    state: { $in: ['available', 'paid-out'] },
    clawedBackAt: { $exists: false },
  }).lean<RewardDoc[]>();
  const orders = await Order.find({ _id: { $in: rewards.map(({ orderId }) => orderId) } }).lean<OrderDoc[]>();
  const orderOf = new Map(orders.map((order) => [order._id, order]));
  return rewards.flatMap(({ _id, state, orderId, availableAt }) => {
    const why = whyUnsettled(orderOf.get(orderId), availableAt);
    return why ? [`reward ${_id} is ${state}: order ${orderId} ${why}`] : [];
  });
}

function whyUnsettled(order: OrderDoc | undefined, availableAt: Date | undefined): string | null {
  if (!order) return 'does not exist';
  if (order.state !== 'confirmed') return `is ${order.state}`;
  const { deliveredAt, state } = order.fulfilment;
  if (!deliveredAt || state !== 'delivered') return 'was not delivered';
  return availableAt && availableAt <= deliveredAt ? 'was delivered later' : null;
}

const AT_ONCE = 1_000;

async function bookingProblems(): Promise<string[]> {
  const rewards = await Reward.find({ unsettled: { $exists: false } }).lean<RewardDoc[]>();
  const found: string[] = [];
  for (let from = 0; from < rewards.length; from += AT_ONCE)
    found.push(...(await unlikeBooks(rewards.slice(from, from + AT_ONCE))));
  return found;
}

async function unlikeBooks(rewards: readonly RewardDoc[]): Promise<string[]> {
  const ids = rewards.flatMap(({ _id }) => ALL_BOOKINGS.map((booking) => `reward:${_id}:${booking}`));
  const rows = await nativeCollection(Journal)
    .find({ _id: { $in: ids } }, { projection: { _id: 1 } })
    .toArray();
  const booked = new Set(rows.map(({ _id }) => _id));
  return rewards.flatMap((reward) => {
    const due = bookingsOf(reward);
    const wrong = ALL_BOOKINGS.filter((name) => booked.has(`reward:${reward._id}:${name}`) !== due.includes(name));
    return wrong.map(
      (name) => `reward ${reward._id} is ${reward.state}: ${name} is ${due.includes(name) ? 'not booked' : 'booked'}`,
    );
  });
}

const ALL_BOOKINGS = ['pending', 'available', 'void', 'clawback'] as const;
