import { beforeEach, expect, it } from 'vitest';
import { balanceOf } from '#domain/ledger';
import { orderById } from '#domain/orders';
import { PAYMENT_TABLE, type PaymentRowName } from '#domain/payment-table';
import { confirmUpi, paymentQueue, recordPaymentEvent } from '#domain/payments';
import { markRefundDone, retryRefund, runRefunds } from '#domain/refunds';
import { agreeCod, joinTeam, leaveTeam, type Reserved, startTeam, sweepTeams, teamView } from '#domain/teams';
import type { DealDoc } from '#models/deal';
import { Outbox } from '#models/outbox';
import { Payment } from '#models/payment';
import { Refund } from '#models/refund';
import { Team } from '#models/team';
import { useDatabase } from '#test/support/database';
import { type Market, paid, someCustomer, someDeal, testMarket } from '#test/support/market';
import { brokenInvariants } from '#test/support/market-invariants';

const database = useDatabase();
const HOUR = 3600_000;
let market: Market;
let deal: DealDoc;
let commands = 0;

beforeEach(async () => {
  await database.clear();
  market = testMarket();
  deal = await someDeal(market);
  for (const id of ['asha', 'bina', 'chetan', 'devi']) await someCustomer(market, id);
});

const base = (customerId: string, change: object) => ({
  commandId: `c${++commands}`,
  customerId,
  units: 1,
  method: 'simulated' as const,
  spill: 'refund' as const,
  expectPrice: 9_900,
  ...change,
});
const pay = (seat: Reserved, change: object = {}) => recordPaymentEvent(market.deps, paid(market, seat, change));

async function start(customerId: string, change: object = {}): Promise<Reserved> {
  const outcome = await startTeam(market.deps, { ...base(customerId, {}), dealId: deal._id, kind: 'team', ...change });
  if (outcome.kind !== 'reserved') throw new Error(outcome.kind);
  return outcome;
}

async function join(customerId: string, teamId: string, change: object = {}): Promise<Reserved> {
  const outcome = await joinTeam(market.deps, { ...base(customerId, change), teamId });
  if (outcome.kind !== 'reserved') throw new Error(outcome.kind);
  return outcome;
}

/** A team of two of three with a seat reserved for chetan. */
async function twoAndOne(change: object = {}) {
  const leader = await start('asha');
  await pay(leader);
  await pay(await join('bina', leader.teamId));
  return { leader, seat: await join('chetan', leader.teamId, change) };
}

const told = async (customerId: string) =>
  (await Outbox.find({ customerId }).lean()).map((row) => (row.replies[0] as { copy: string }).copy);
const refundOf = (paymentId: string) => Refund.findById(`refund:simulated:${paymentId}`).lean();
const stateOf = async (teamId: string) => (await teamView(market.deps, teamId))?.team.state;

/** Lets chetan's hold run out and devi have the last seat. */
async function lateAndFull(change: object = {}) {
  const { leader, seat } = await twoAndOne(change);
  market.clock.advance(16 * 60_000);
  await sweepTeams(market.deps);
  await pay(await join('devi', leader.teamId));
  return { leader, seat };
}

const ROWS: { readonly [row in PaymentRowName]: () => Promise<void> } = {
  'already-recorded': async () => {
    const seat = await start('asha');
    expect(await pay(seat)).toEqual({ kind: 'recorded', row: 'paid-in-time' });
    expect(await pay(seat)).toEqual({ kind: 'repeated', row: 'already-recorded' });
    expect(await pay(seat, { eventId: 'another id of the same' })).toEqual({
      kind: 'repeated',
      row: 'already-recorded',
    });
    expect(await balanceOf('customer:asha:held', 'INR')).toBe(9_900);
  },
  'unknown-order': async () => {
    const event = paid(market, { orderId: 'nobody', due: 500, currency: 'INR' });
    expect((await recordPaymentEvent(market.deps, event)).row).toBe('unknown-order');
    expect(await balanceOf('suspense', 'INR')).toBe(500);
    expect(await paymentQueue(market.deps)).toMatchObject([{ queue: 'suspense', amount: 500 }]);
  },
  'third-party': async () => {
    const { leader, seat } = await twoAndOne();
    expect((await pay(seat, { payer: 'her brother' })).row).toBe('paid-in-time');
    expect(await Payment.findById(`simulated:p-${seat.orderId}`).lean()).toMatchObject({
      payer: 'her brother',
      thirdParty: true,
    });
    expect(await stateOf(leader.teamId)).toBe('succeeded');
  },
  'another-payment': async () => {
    const { seat } = await twoAndOne();
    await pay(seat);
    expect((await pay(seat, { paymentId: 'second' })).row).toBe('another-payment');
    expect(await refundOf('second')).toMatchObject({ amount: 9_900, reason: 'duplicate', scope: 'payment' });
    expect((await orderById(seat.orderId))?.state).toBe('confirmed');
    expect(await told('chetan')).toContain('notice.refund-started');
  },
  'wrong-amount': async () => {
    const { seat } = await twoAndOne();
    expect((await pay(seat, { amount: 9_000, paymentId: 'short' })).row).toBe('wrong-amount');
    expect(await refundOf('short')).toMatchObject({ amount: 9_000, reason: 'amount-mismatch' });
    expect(await paymentQueue(market.deps)).toMatchObject([{ queue: 'amount-mismatch' }]);
    expect((await pay(seat)).row).toBe('paid-in-time');
  },
  'paid-in-time': async () => {
    const { leader, seat } = await twoAndOne();
    market.clock.advance(16 * 60_000);
    expect((await pay(seat)).row).toBe('paid-in-time');
    expect(await stateOf(leader.teamId)).toBe('succeeded');
  },
  'seated-again': async () => {
    const { leader, seat } = await twoAndOne();
    market.clock.advance(16 * 60_000);
    await sweepTeams(market.deps);
    expect((await orderById(seat.orderId))?.state).toBe('released');
    expect((await pay(seat)).row).toBe('seated-again');
    expect(await stateOf(leader.teamId)).toBe('succeeded');
    expect((await orderById(seat.orderId))?.state).toBe('confirmed');
  },
  'paid-in-grace': async () => {
    const { leader } = await twoAndOne();
    market.clock.advance(24 * HOUR - 10 * 60_000);
    const seat = await join('devi', leader.teamId);
    const paidAt = market.clock.now();
    market.clock.advance(12 * 60_000);
    expect((await pay(seat, { paidAt })).row).toBe('paid-in-grace');
    expect(await stateOf(leader.teamId)).toBe('succeeded');
  },
  'dated-after-the-clock': async () => {
    const { seat } = await twoAndOne();
    market.clock.advance(24 * HOUR + 60_000);
    expect((await pay(seat)).row).toBe('dated-after-the-clock');
    expect(await refundOf(`p-${seat.orderId}`)).toMatchObject({ reason: 'after-expiry' });
  },
  'full-and-leads': async () => {
    const { leader, seat } = await lateAndFull({ spill: 'lead' });
    expect((await pay(seat)).row).toBe('full-and-leads');
    const order = await orderById(seat.orderId);
    expect(order?.state).toBe('paid');
    expect(order?.teamId).not.toBe(leader.teamId);
    expect((await teamView(market.deps, order?.teamId ?? ''))?.team).toMatchObject({
      state: 'open',
      leaderId: 'chetan',
      counted: 1,
    });
    expect(await told('chetan')).toContain('notice.spilled-over');
  },
  full: async () => {
    const { seat } = await lateAndFull();
    expect((await pay(seat)).row).toBe('full');
    expect(await refundOf(`p-${seat.orderId}`)).toMatchObject({ reason: 'team-full' });
  },
  expired: async () => {
    const { seat } = await twoAndOne();
    market.clock.advance(25 * HOUR);
    await sweepTeams(market.deps);
    expect((await pay(seat)).row).toBe('expired');
    expect(await refundOf(`p-${seat.orderId}`)).toMatchObject({ reason: 'after-expiry' });
  },
  cancelled: async () => {
    const leader = await start('asha');
    await leaveTeam(market.deps, { commandId: 'l', customerId: 'asha', teamId: leader.teamId });
    expect((await pay(leader)).row).toBe('cancelled');
    expect(await refundOf(`p-${leader.orderId}`)).toMatchObject({ reason: 'team-cancelled' });
  },
  failed: async () => {
    const { seat } = await twoAndOne();
    expect((await pay(seat, { kind: 'failed', paymentId: 'first try' })).row).toBe('failed');
    expect(await told('chetan')).toContain('notice.payment-failed');
    expect((await pay(seat)).row).toBe('paid-in-time');
  },
  authorised: async () => {
    const { leader, seat } = await twoAndOne();
    expect((await pay(seat, { kind: 'authorised' })).row).toBe('authorised');
    market.clock.advance(HOUR);
    await sweepTeams(market.deps);
    expect((await teamView(market.deps, leader.teamId))?.team.seats.at(-1)?.state).toBe('authorised');
    expect((await pay(seat)).row).toBe('paid-in-time');
  },
  'capture-near': async () => {
    const { leader, seat } = await twoAndOne();
    await pay(seat, { kind: 'authorised' });
    expect((await pay(seat, { kind: 'capture-near', eventId: 'near' })).row).toBe('capture-near');
    expect((await teamView(market.deps, leader.teamId))?.team.free).toBe(1);
  },
  'refund-done': async () => {
    market = testMarket({ refunds: () => 'started' });
    const { seat } = await twoAndOne();
    await pay(seat);
    await pay(seat, { paymentId: 'second' });
    await runRefunds(market.deps);
    expect(await refundOf('second')).toMatchObject({ state: 'started' });
    const byHand = { refundId: `refund:simulated:second`, reference: 'BANK2', actor: 'op' };
    expect(await markRefundDone(market.deps, byHand)).toEqual({ kind: 'with-provider' });
    expect((await pay(seat, { kind: 'refund-done', paymentId: 'second', eventId: 'r1' })).row).toBe('refund-done');
    expect(await refundOf('second')).toMatchObject({ state: 'done', reference: 'r1' });
    expect(await balanceOf('customer:chetan:refund-due', 'INR')).toBe(0);
  },
  'refund-failed': async () => {
    const leader = await start('asha');
    await pay(leader);
    await leaveTeam(market.deps, { commandId: 'l', customerId: 'asha', teamId: leader.teamId });
    await runRefunds(market.deps);
    const paymentId = `p-${leader.orderId}`;
    expect((await orderById(leader.orderId))?.state).toBe('refunded');
    expect((await pay(leader, { kind: 'refund-reversed', paymentId, eventId: 'back' })).row).toBe('refund-failed');
    expect(await balanceOf('customer:asha:refund-due', 'INR')).toBe(9_900);
    expect(await paymentQueue(market.deps)).toMatchObject([{ queue: 'refund-failed' }]);
    expect(await told('asha')).toContain('notice.refund-failed');
    expect((await Team.findById(leader.teamId).lean())?.seats[0]?.state).toBe('refund-failed');
    const id = `refund:simulated:${paymentId}`;
    expect(await markRefundDone(market.deps, { refundId: id, reference: 'BANK1', actor: 'op' })).toEqual({
      kind: 'done',
    });
    expect(await retryRefund(market.deps, id)).toBe(false);
    expect(await balanceOf('customer:asha:refund-due', 'INR')).toBe(0);
    expect((await orderById(leader.orderId))?.state).toBe('refunded');
  },
  chargeback: async () => {
    const leader = await start('asha');
    await pay(leader);
    const paymentId = `p-${leader.orderId}`;
    expect((await pay(leader, { kind: 'chargeback', paymentId, eventId: 'cb' })).row).toBe('chargeback');
    expect(await paymentQueue(market.deps)).toMatchObject([{ queue: 'chargeback' }]);
    await leaveTeam(market.deps, { commandId: 'l', customerId: 'asha', teamId: leader.teamId });
    expect(await refundOf(paymentId)).toBeNull();
    expect(await balanceOf('cash:simulated', 'INR')).toBe(0);
    expect(await balanceOf('customer:asha:held', 'INR')).toBe(0);
    expect(await balanceOf('merchant', 'INR')).toBe(0);
  },
  'cash-agreed': async () => {
    const { leader, seat } = await twoAndOne({ method: 'cod' });
    expect((await agreeCod(market.deps, { commandId: 'yes', orderId: seat.orderId })).kind).toBe('agreed');
    expect(await stateOf(leader.teamId)).toBe('succeeded');
  },
  'nothing-to-do': async () => {
    const { seat } = await twoAndOne();
    await pay(seat);
    expect((await pay(seat, { kind: 'failed', paymentId: 'late news' })).row).toBe('nothing-to-do');
  },
};

it.each(PAYMENT_TABLE.map(({ name }) => name))('the row %s does what it says and breaks nothing', async (name) => {
  await ROWS[name]();
  expect(await brokenInvariants()).toEqual([]);
});

it('UPI money under a reference nobody sent waits in suspense', async () => {
  const seen = await confirmUpi(market.deps, {
    reference: '412345678901',
    amount: 100,
    paidAt: market.clock.now(),
    actor: 'op',
  });
  expect(seen).toMatchObject({ row: 'unknown-order' });
});

it('a refund that keeps failing goes to a person and does not keep the others waiting', async () => {
  market = testMarket({ refunds: ({ paymentId }) => (paymentId === 'stuck' ? 'failed' : 'done') });
  const leader = await start('asha');
  await pay(leader, { paymentId: 'stuck' });
  const friend = await join('bina', leader.teamId);
  await pay(friend);
  market.clock.advance(25 * HOUR);
  await sweepTeams(market.deps);
  for (let tries = 0; tries < 7; tries++) {
    await runRefunds(market.deps);
    market.clock.advance(HOUR);
  }
  expect((await orderById(friend.orderId))?.state).toBe('refunded');
  expect(await refundOf('stuck')).toMatchObject({ state: 'failed', attempts: 6 });
  expect(await paymentQueue(market.deps)).toMatchObject([{ queue: 'refund-failed' }]);
  expect(await brokenInvariants()).toEqual([]);
});
