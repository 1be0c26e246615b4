import { nativeCollection } from '#lib/mongo';
import { Journal } from '#models/journal';
import { Order } from '#models/order';
import { Payment, type PaymentDoc } from '#models/payment';
import { PaymentEvent } from '#models/payment-event';
import { Refund } from '#models/refund';
import { Team } from '#models/team';
import type { Check } from './doctor-check.ts';
import { RUNNING, SETTLED } from './doctor-walk.ts';
import { proveLedger } from './ledger-proof.ts';

/** Checks that every unit of money is in exactly one place. Imported and seeded orders have no payments and journals. */
export const moneyChecks: readonly Check[] = [
  {
    id: 'I3-captured',
    what: 'what providers reported as paid, what payments captured and what the ledger booked is the same',
    find: async () => [...(await eventProblems()), ...(await bookingProblems())],
  },
  {
    id: 'I3-provider',
    what: 'every payment a provider knows of was reported',
    unseen: 'money that a provider never reported is in its own log alone; compare with its statement',
  },
  {
    id: 'I3-refunded',
    what: 'no payment gives back more than it captured, and each refund it admitted is on its way',
    find: refundProblems,
  },
  {
    id: 'I3-refund-due',
    what: 'what the ledger owes for a refund is its amount until it is done, and nothing after',
    find: dueProblems,
  },
  {
    id: 'I3-held',
    what: 'money is held only for teams that are still running',
    find: heldProblems,
  },
  {
    id: 'I9',
    what: 'every journal and every currency of the ledger adds up to zero',
    find: async () => (await proveLedger()).problems,
  },
  {
    id: 'I9-floor',
    what: 'no account holds less than nothing, but for credit that was taken back after it was spent',
    find: floorProblems,
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
  const payments = await Payment.find({ state: 'captured' }, { captured: 1, provider: 1 }).lean();
  const captured = new Map(payments.map((payment) => [payment._id, payment.captured]));
  const reported = new Set(paid.map(({ _id }) => keyOf(_id)));
  const other = paid.flatMap(({ _id, amount, undecided }) => {
    const key = keyOf(_id);
    if (undecided > 0 || captured.get(key) === amount) return [];
    return [`payment ${key}: paid ${amount}, captured ${captured.get(key) ?? 'nothing'}`];
  });
  // Cash is not reported by anybody: its payment is made when the order is handed over.
  const unreported = payments.filter(({ _id, provider }) => provider !== 'cod' && !reported.has(_id));
  return [...other, ...unreported.map(({ _id }) => `payment ${_id}: captured, and no provider reported it`)];
}

function keyOf({ provider, paymentId }: { provider: string; paymentId: string }): string {
  return `${provider}:${paymentId}`;
}

const BOOKED_AS = ['captured', 'captured-unknown', 'collected'];

/** A payment without a row, unless it is cash, is still being decided. */
async function bookingProblems(): Promise<string[]> {
  const booked = await nativeCollection(Journal)
    .aggregate<{ _id: string; amount: number }>([
      { $match: { kind: { $in: BOOKED_AS }, paymentKey: { $exists: true } } },
      { $unwind: '$entries' },
      { $match: { 'entries.amount': { $gt: 0 } } },
      { $group: { _id: '$paymentKey', amount: { $sum: '$entries.amount' } } },
    ])
    .toArray();
  const bookedOf = new Map(booked.map(({ _id, amount }) => [_id, amount]));
  const decided = { state: 'captured' as const, $or: [{ row: { $exists: true } }, { provider: 'cod' }] };
  const payments = await Payment.find(decided, { captured: 1 }).lean();
  return payments.flatMap(({ _id, captured }) => {
    const amount = bookedOf.get(_id) ?? 0;
    return amount === captured ? [] : [`payment ${_id}: captured ${captured}, booked ${amount}`];
  });
}

/** A chargeback takes money back whatever was refunded before, so that only refunds count. */
async function refundProblems(): Promise<string[]> {
  const payments = await Payment.find({ 'refunds.0': { $exists: true } }).lean<PaymentDoc[]>();
  const rows = await Refund.find({}, { amount: 1 }).lean();
  const amountOf = new Map(rows.map(({ _id, amount }) => [_id, amount]));
  return payments.flatMap(({ _id, captured, refunded, refunds }) => {
    const own = refunds.filter(({ scope }) => scope !== 'chargeback');
    const sum = own.reduce((total, { amount }) => total + amount, 0);
    const all = refunds.reduce((total, { amount }) => total + amount, 0);
    const lost = own.filter(({ id, amount, made }) => made && amountOf.get(id) !== amount);
    return [
      ...(sum > captured ? [`payment ${_id}: refunds ${sum} of ${captured}`] : []),
      ...(all !== refunded ? [`payment ${_id}: says ${refunded} went back, its refunds come to ${all}`] : []),
      ...lost.map(({ id, amount }) => `payment ${_id}: ${id} of ${amount} was admitted and is not there`),
    ];
  });
}

/** Leaves out what is being written: refunds whose rows, or whose last change, are not all there yet. */
async function dueProblems(): Promise<string[]> {
  const due = await nativeCollection(Journal)
    .aggregate<{ _id: string; amount: number }>([
      { $match: { refundId: { $exists: true } } },
      { $unwind: '$entries' },
      { $match: { 'entries.account': { $regex: ':refund-due$' } } },
      { $group: { _id: '$refundId', amount: { $sum: '$entries.amount' } } },
    ])
    .toArray();
  const dueOf = new Map(due.map(({ _id, amount }) => [_id, amount]));
  const unmade = new Set<string>((await Payment.distinct('refunds.id', { 'refunds.made': false })).map(String));
  const refunds = await Refund.find({ settled: true }, { state: 1, amount: 1 }).lean();
  return refunds.flatMap(({ _id, state, amount }) => {
    const owed = state === 'done' ? 0 : amount;
    const books = dueOf.get(_id) ?? 0;
    return unmade.has(_id) || books === owed ? [] : [`${_id} is ${state}: ${books} due, should be ${owed}`];
  });
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
  const [endOf, undecided] = await Promise.all([
    endedTeams(held.map(({ _id }) => _id)),
    PaymentEvent.distinct('orderId', { decided: false }),
  ]);
  return held.flatMap(({ _id, amount }) => {
    if (undecided.includes(_id)) return [];
    if (amount < 0) return [`order ${_id}: ${amount} held`];
    const end = endOf(_id);
    return end ? [`order ${_id}: ${amount} held although ${end}`] : [];
  });
}

/** Says why an order can hold no money any more; null while its team runs or is being settled. */
async function endedTeams(orderIds: readonly string[]): Promise<(orderId: string) => string | null> {
  const orders = await Order.find({ _id: { $in: [...orderIds] } }, { teamId: 1 }).lean();
  const teamOf = new Map(orders.map(({ _id, teamId }) => [_id, teamId ?? '']));
  const ended = await Team.find(
    { _id: { $in: [...teamOf.values()] }, state: { $nin: [...RUNNING.state.$in] }, ...SETTLED },
    { state: 1 },
  ).lean();
  const stateOf = new Map(ended.map(({ _id, state }) => [_id, state]));
  return (orderId) => {
    const team = teamOf.get(orderId);
    if (team === undefined) return 'there is no such order';
    return stateOf.has(team) ? `team ${team} is ${stateOf.get(team)}` : null;
  };
}

const FLOOR = 'customer:.*:(held|refund-due|credit-pending)|suspense';

async function floorProblems(): Promise<string[]> {
  const rows = await nativeCollection(Journal)
    .aggregate<{ _id: { account: string; currency: string }; sum: number }>([
      { $unwind: '$entries' },
      { $match: { 'entries.account': { $regex: `^(${FLOOR})$` } } },
      { $group: { _id: { account: '$entries.account', currency: '$currency' }, sum: { $sum: '$entries.amount' } } },
      { $match: { sum: { $lt: 0 } } },
    ])
    .toArray();
  return rows.map(({ _id, sum }) => `${_id.account} is ${sum} ${_id.currency}`);
}
