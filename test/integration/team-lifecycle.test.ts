import { beforeEach, describe, expect, it } from 'vitest';
import { balanceOf, moneyOf, postJournal, proveLedger } from '#domain/ledger';
import { markDelivered, orderById, refundOrder } from '#domain/orders';
import { claimUpi, confirmUpi, paymentQueue, paymentRequest, recordPaymentEvent } from '#domain/payments';
import { promisesAtRisk } from '#domain/promises';
import { runRefunds } from '#domain/refunds';
import type { JoinOutcome, Reserved } from '#domain/teams';
import {
  agreeCod,
  cancelOrder,
  joinTeam,
  leaveTeam,
  openTeamsOf,
  settleTeams,
  startTeam,
  sweepTeams,
  teamsOfCustomer,
  teamView,
} from '#domain/teams';
import { Deal, type DealDoc } from '#models/deal';
import { Outbox } from '#models/outbox';
import { useDatabase } from '#test/support/database';
import { type Market, paid, someCustomer, someDeal, testMarket } from '#test/support/market';
import { brokenInvariants, restless } from '#test/support/market-invariants';

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

const base = (customerId: string, change: object = {}) => ({
  commandId: `c${++commands}`,
  customerId,
  units: 1,
  method: 'simulated' as const,
  spill: 'refund' as const,
  expectPrice: 9_900,
  ...change,
});
const start = (customerId: string, change: object = {}) =>
  startTeam(market.deps, { ...base(customerId), dealId: deal._id, kind: 'team', ...change });
const join = (customerId: string, teamId: string, change: object = {}) =>
  joinTeam(market.deps, { ...base(customerId), teamId, ...change });
const pay = (seat: Reserved, change: object = {}) => recordPaymentEvent(market.deps, paid(market, seat, change));

function reserved(outcome: JoinOutcome): Reserved {
  if (outcome.kind !== 'reserved') throw new Error(`expected a seat, got ${JSON.stringify(outcome)}`);
  return outcome;
}

/** Starts a team that is open: its leader has paid. */
async function openTeam(leader = 'asha', change: object = {}): Promise<Reserved> {
  const seat = reserved(await start(leader, change));
  await pay(seat);
  return seat;
}

const notices = async () =>
  (await Outbox.find().sort({ seq: 1 }).lean()).map(
    (row) => `${row.customerId} ${(row.replies[0] as { copy: string }).copy}`,
  );

describe('a team', () => {
  it('fills, succeeds in the update that counts the last seat, and tells everyone', async () => {
    const leader = await openTeam();
    expect((await teamView(market.deps, leader.teamId))?.team.state).toBe('open');
    for (const id of ['bina', 'chetan'])
      expect((await pay(reserved(await join(id, leader.teamId)))).row).toBe('paid-in-time');
    const view = await teamView(market.deps, leader.teamId);
    expect(view?.team.state).toBe('succeeded');
    expect(view?.team.seats.map((seat) => seat.state)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    expect(await balanceOf('merchant', 'INR')).toBe(3 * 9_900);
    expect((await orderById(leader.orderId))?.state).toBe('confirmed');
    const stock = (await Deal.findById(deal._id).lean())?.stock;
    expect(stock).toMatchObject({ free: 97, sold: 3, holds: [] });
    const told = await notices();
    expect(told).toContain('asha notice.team-opened');
    expect(told).toContain('asha notice.friend-joined');
    for (const id of ['asha', 'bina', 'chetan']) expect(told).toContain(`${id} notice.team-succeeded`);
    expect(await brokenInvariants()).toEqual([]);
    expect(await restless(market.clock.now())).toEqual([]);
  });

  it('is bought alone at the solo price as a team of one', async () => {
    const seat = reserved(await start('asha', { kind: 'solo', expectPrice: 14_000 }));
    expect(seat.total).toBe(14_000);
    await pay(seat);
    expect((await teamView(market.deps, seat.teamId))?.team.state).toBe('succeeded');
    expect(await notices()).toContain('asha notice.solo-bought');
    expect(await brokenInvariants()).toEqual([]);
  });

  it('gives its first answer to the same command again', async () => {
    const request = { ...base('asha'), dealId: deal._id, kind: 'team' as const };
    const first = await startTeam(market.deps, request);
    expect(await startTeam(market.deps, request)).toEqual(first);
  });

  it('that is not filled expires after its grace and refunds everyone within the promise', async () => {
    const leader = await openTeam();
    const friend = reserved(await join('bina', leader.teamId));
    await pay(friend);
    market.clock.advance(24 * HOUR + 60_000);
    await sweepTeams(market.deps);
    expect((await teamView(market.deps, leader.teamId))?.team.state).toBe('open');
    market.clock.advance(5 * 60_000);
    await sweepTeams(market.deps);
    expect((await teamView(market.deps, leader.teamId))?.team.state).toBe('expired');
    expect(await moneyOf(market.deps, 'bina')).toMatchObject([
      { where: 'refund-due', amount: 9_900, orderId: friend.orderId },
    ]);
    expect(await runRefunds(market.deps)).toEqual({ done: 2, failed: 0 });
    expect(await moneyOf(market.deps, 'bina')).toEqual([]);
    expect((await orderById(friend.orderId))?.state).toBe('refunded');
    expect((await Deal.findById(deal._id).lean())?.stock).toMatchObject({ free: 100, holds: [] });
    const told = await notices();
    for (const what of ['team-expired', 'refund-started', 'refund-done']) expect(told).toContain(`bina notice.${what}`);
    expect(await promisesAtRisk(market.deps)).toEqual([]);
    expect(await brokenInvariants()).toEqual([]);
    expect(await restless(market.clock.now())).toEqual([]);
  });

  it('whose leader never pays is abandoned when the hold runs out', async () => {
    const seat = reserved(await start('asha'));
    market.clock.advance(16 * 60_000);
    await sweepTeams(market.deps);
    expect((await teamView(market.deps, seat.teamId))?.team.state).toBe('abandoned');
    expect((await orderById(seat.orderId))?.state).toBe('released');
    expect((await pay(seat)).row).toBe('expired');
    expect(await brokenInvariants()).toEqual([]);
    expect(await restless(market.clock.now())).toEqual([]);
  });

  it('hands over to the earliest counted member and keeps its clock when the leader leaves', async () => {
    const leader = await openTeam();
    await pay(reserved(await join('bina', leader.teamId)));
    const before = (await teamView(market.deps, leader.teamId))?.team;
    market.clock.advance(HOUR);
    const left = await leaveTeam(market.deps, { commandId: 'leave', customerId: 'asha', teamId: leader.teamId });
    expect(left).toMatchObject({ kind: 'left', refund: { amount: 9_900 } });
    const after = (await teamView(market.deps, leader.teamId))?.team;
    expect(after).toMatchObject({ leaderId: 'bina', counted: 1, free: 2, expiresAt: before?.expiresAt });
    expect(await notices()).toContain('bina notice.leader-changed');
    expect(await brokenInvariants()).toEqual([]);
  });

  it('is cancelled when its sole leader leaves', async () => {
    const leader = await openTeam();
    await leaveTeam(market.deps, { commandId: 'leave', customerId: 'asha', teamId: leader.teamId });
    expect((await teamView(market.deps, leader.teamId))?.team.state).toBe('cancelled');
    await runRefunds(market.deps);
    expect((await orderById(leader.orderId))?.state).toBe('refunded');
    expect(await brokenInvariants()).toEqual([]);
  });

  it('gives a lapsed hold to the next one who asks', async () => {
    const leader = await openTeam();
    reserved(await join('bina', leader.teamId));
    reserved(await join('chetan', leader.teamId));
    expect((await join('devi', leader.teamId)).kind).toBe('full');
    market.clock.advance(16 * 60_000);
    expect((await join('devi', leader.teamId)).kind).toBe('reserved');
    expect(await brokenInvariants()).toEqual([]);
    expect(await restless(market.clock.now())).toEqual([]);
  });

  it('refuses a second live seat, a changed price, too many units and a stopped deal, each in its own words', async () => {
    const leader = await openTeam();
    expect(await start('asha')).toMatchObject({ kind: 'already-in', teamId: leader.teamId });
    expect(await join('bina', leader.teamId, { expectPrice: 1 })).toEqual({ kind: 'price-changed', unitPrice: 9_900 });
    expect(await join('bina', leader.teamId, { units: 2 })).toEqual({ kind: 'limit', max: 1 });
    await Deal.updateOne({ _id: deal._id }, { $set: { state: 'stopped' } });
    expect((await start('bina')).kind).toBe('deal-over');
    expect((await join('bina', leader.teamId)).kind).toBe('reserved');
    expect(await restless(market.clock.now())).toEqual([]);
  });

  it('does not open when the stock is smaller than it needs', async () => {
    await Deal.updateOne({ _id: deal._id }, { $set: { 'stock.free': 2, 'stock.total': 2 } });
    expect((await start('asha')).kind).toBe('sold-out');
    expect(await brokenInvariants()).toEqual([]);
    expect(await restless(market.clock.now())).toEqual([]);
  });

  it('names the fullest other open team to whoever comes too late', async () => {
    const full = await openTeam('asha');
    const other = await openTeam('devi');
    for (const id of ['bina', 'chetan']) await pay(reserved(await join(id, full.teamId)));
    const late = await join('eve', full.teamId);
    expect(late).toMatchObject({ kind: 'closed', state: 'succeeded', other: { team: { _id: other.teamId } } });
    expect(await openTeamsOf(market.deps, deal._id)).toHaveLength(1);
    expect(await teamsOfCustomer(market.deps, 'asha')).toHaveLength(1);
  });
});

describe('cash on delivery', () => {
  it('counts only after a yes, for at most half of the team, and is collected at the door', async () => {
    const leader = await openTeam();
    const seat = reserved(await join('bina', leader.teamId, { method: 'cod' }));
    expect((await teamView(market.deps, leader.teamId))?.team.counted).toBe(1);
    expect((await join('chetan', leader.teamId, { method: 'cod' })).kind).toBe('cod-full');
    expect((await agreeCod(market.deps, { commandId: 'yes', orderId: seat.orderId })).kind).toBe('agreed');
    await pay(reserved(await join('chetan', leader.teamId)));
    expect((await orderById(seat.orderId))?.state).toBe('confirmed');
    expect(await balanceOf('merchant', 'INR')).toBe(2 * 9_900);
    expect((await markDelivered(market.deps, { orderId: seat.orderId, actor: 'op' })).kind).toBe('delivered');
    expect(await balanceOf('merchant', 'INR')).toBe(3 * 9_900);
    expect(await refundOrder(market.deps, { orderId: seat.orderId, actor: 'op', reason: 'spoiled' })).toMatchObject({
      kind: 'refunding',
    });
    expect(await balanceOf('customer:bina:refund-due', 'INR')).toBe(9_900);
    expect(await brokenInvariants()).toEqual([]);
  });

  it('can be cancelled until the team is full', async () => {
    const leader = await openTeam();
    const seat = reserved(await join('bina', leader.teamId, { method: 'cod' }));
    await agreeCod(market.deps, { commandId: 'yes2', orderId: seat.orderId });
    expect((await cancelOrder(market.deps, { commandId: 'no', orderId: seat.orderId })).kind).toBe('cancelled');
    expect((await teamView(market.deps, leader.teamId))?.team).toMatchObject({ counted: 1, codFree: 1, free: 2 });
  });
});

describe('UPI without a gateway', () => {
  it('keeps a claimed seat past the clock until somebody has looked for the money', async () => {
    const leader = await openTeam();
    await pay(reserved(await join('bina', leader.teamId)));
    const seat = reserved(await join('chetan', leader.teamId, { method: 'upi' }));
    const request = await paymentRequest(market.deps, seat.orderId);
    expect(request).toMatchObject({ needsReference: true, payTo: 'shop@bank', amount: 9_900 });
    const claim = { commandId: 'claim', orderId: seat.orderId, reference: '4123 4567 8901' };
    expect(await claimUpi(market.deps, { ...claim, commandId: 'c0', reference: '12' })).toEqual({
      kind: 'bad-reference',
    });
    expect((await claimUpi(market.deps, claim)).kind).toBe('claimed');
    const paidAt = market.clock.now();
    market.clock.advance(24 * HOUR + 6 * 60_000);
    await sweepTeams(market.deps);
    expect((await teamView(market.deps, leader.teamId))?.team.state).toBe('open');
    expect(await paymentQueue(market.deps)).toMatchObject([{ queue: 'claim', reference: '412345678901' }]);
    const seen = await confirmUpi(market.deps, { reference: '412345678901', amount: 9_900, paidAt, actor: 'op' });
    expect(seen).toEqual({ kind: 'recorded', row: 'paid-in-grace' });
    expect((await teamView(market.deps, leader.teamId))?.team.state).toBe('succeeded');
    expect(await paymentQueue(market.deps)).toEqual([]);
  });

  it('lets a reference nobody confirmed go with the seat and keeps it in the queue', async () => {
    const leader = await openTeam();
    const seat = reserved(await join('chetan', leader.teamId, { method: 'upi' }));
    await claimUpi(market.deps, { commandId: 'claim', orderId: seat.orderId, reference: '412345678901' });
    market.clock.advance(37 * HOUR);
    await sweepTeams(market.deps);
    expect((await teamView(market.deps, leader.teamId))?.team.state).toBe('expired');
    expect((await orderById(seat.orderId))?.state).toBe('released');
    expect(await paymentQueue(market.deps)).toHaveLength(1);
    expect(await restless(market.clock.now())).toEqual([]);
  });
});

describe('reward credit', () => {
  const give = (amount: number) =>
    postJournal(market.deps, {
      id: `gift:${++commands}`,
      kind: 'gift',
      currency: 'INR',
      entries: [
        { account: 'expense:referral', amount: -amount },
        { account: 'customer:asha:credit', amount },
      ],
    });

  it('is taken at the reservation and comes back at the release', async () => {
    await give(5_000);
    const seat = reserved(await start('asha', { useCredit: true }));
    expect(seat).toMatchObject({ total: 9_900, credit: 5_000, due: 4_900 });
    expect(await balanceOf('customer:asha:credit', 'INR')).toBe(0);
    market.clock.advance(16 * 60_000);
    await sweepTeams(market.deps);
    expect(await balanceOf('customer:asha:credit', 'INR')).toBe(5_000);
    expect(await proveLedger()).toMatchObject({ ok: true });
  });

  it('pays a whole order, which is then paid at once', async () => {
    await give(20_000);
    const seat = reserved(await start('asha', { useCredit: true }));
    expect(seat.due).toBe(0);
    expect((await teamView(market.deps, seat.teamId))?.team.state).toBe('open');
    await leaveTeam(market.deps, { commandId: 'leave', customerId: 'asha', teamId: seat.teamId });
    expect(await balanceOf('customer:asha:credit', 'INR')).toBe(20_000);
    expect((await orderById(seat.orderId))?.state).toBe('refunded');
    expect(await brokenInvariants()).toEqual([]);
  });
});

describe('a ladder', () => {
  it('charges the highest rung and sends the difference back at close', async () => {
    deal = await someDeal(market, {
      productId: 'rice',
      ladder: [
        { members: 2, unitPrice: 9_900 },
        { members: 3, unitPrice: 8_900 },
      ],
    });
    const leader = await openTeam();
    await pay(reserved(await join('bina', leader.teamId)));
    await pay(reserved(await join('chetan', leader.teamId)));
    await runRefunds(market.deps);
    expect(await orderById(leader.orderId)).toMatchObject({ total: 8_900, state: 'confirmed' });
    expect(await balanceOf('merchant', 'INR')).toBe(3 * 8_900);
    expect(await brokenInvariants()).toEqual([]);
  });
});

it('settling again changes nothing', async () => {
  const leader = await openTeam();
  const before = await Outbox.countDocuments();
  market.clock.advance(20_000);
  expect((await settleTeams(market.deps)).settled).toBe(0);
  expect(await Outbox.countDocuments()).toBe(before);
  expect(leader.kind).toBe('reserved');
});
