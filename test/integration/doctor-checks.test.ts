import mongoose from 'mongoose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHECKS, type Diagnosis, diagnose } from '#domain/doctor';
import { PAYMENT_TABLE } from '#domain/payment-table';
import { ActiveRun } from '#models/active-run';
import { Audit } from '#models/audit';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Journal } from '#models/journal';
import { ORDER_STATES, Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { Payment } from '#models/payment';
import { PaymentEvent } from '#models/payment-event';
import { REFUND_STATES, Refund } from '#models/refund';
import { REWARD_STATES, Reward } from '#models/reward';
import { Run } from '#models/run';
import { SeatClaim } from '#models/seat-claim';
import { SEAT_STATES, TEAM_STATES, Team } from '#models/team';
import { useDatabase } from '#test/support/database';
import { type HealthyMarket, healthyMarket, inboxRow } from '#test/support/healthy-market';
import { type Market, testMarket } from '#test/support/market';
import '#models/address-owner';
import '#models/command';
import '#models/session';
import '#models/simulator-message';

const database = useDatabase();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let market: Market;
let was: HealthyMarket;
let rows: Map<string, mongoose.mongo.Document[]>;

beforeAll(async () => {
  market = testMarket();
  was = await healthyMarket(market);
  rows = await snapshot();
});

/** Every test plants into the same healthy market. */
beforeEach(async () => {
  await database.clear();
  for (const [name, documents] of rows)
    if (documents.length > 0) await mongoose.connection.db!.collection(name).insertMany(documents);
});

async function snapshot(): Promise<Map<string, mongoose.mongo.Document[]>> {
  const found = new Map<string, mongoose.mongo.Document[]>();
  for (const collection of await mongoose.connection.db!.collections())
    found.set(collection.collectionName, await collection.find().toArray());
  return found;
}

const look = () => diagnose(market.deps, async () => undefined);
const broken = ({ checks }: Diagnosis) => checks.filter(({ ok }) => ok === false);
const ago = (ms: number) => new Date(market.clock.now().getTime() - ms);

/** Copies a row of a collection under other values. */
async function copy(model: mongoose.Model<never>, id: string, change: object): Promise<void> {
  const row = await model.collection.findOne({ _id: id as never });
  if (!row) throw new Error(`there is no ${id}`);
  await model.collection.insertOne({ ...row, ...change } as never);
}

const journal = (id: string, entries: object[], more: object = {}) =>
  Journal.create({ _id: id, kind: 'planted', at: market.clock.now(), currency: 'INR', entries, ...more });

const promotion = (id: string, change: object) => copy(Outbox as never, 'next:vani:1', { _id: id, ...change });

const change = (teamId: string, update: object) => Team.collection.updateOne({ _id: teamId as never }, update as never);

/** Says what to plant to break each check, and nothing but it. Several ways are several tests. */
const PLANTS: { readonly [id: string]: { readonly [way: string]: () => Promise<unknown> } } = {
  I1: {
    'a counter that says more than the seats': () => change(was.open.teamId, { $inc: { counted: 1 } }),
    'more members than the size': () =>
      Team.collection.updateOne(
        { _id: was.together[0]!.teamId as never },
        { $set: { size: 2, ladder: [{ members: 1 }] } },
      ),
    'a free seat that is not free': () => change(was.open.teamId, { $inc: { free: 1 } }),
  },
  I2: {
    'a second running team of the same deal with the same member': async () => {
      const team = await Team.findById(was.open.teamId).lean();
      await copy(Team as never, was.open.teamId, { _id: 't_second', code: 'SECOND2' });
      const units = team!.unitsHeld;
      await Deal.updateOne(
        { _id: team!.dealId },
        { $inc: { 'stock.free': -units }, $push: { 'stock.holds': { teamId: 't_second', units } } },
      );
    },
  },
  'I2-claims': {
    'a live seat without its row': () => SeatClaim.deleteOne({ customerId: 'ela', teamId: was.open.teamId }),
  },
  'I3-captured': {
    'a payment that captured more than was paid': () =>
      Payment.updateOne({ orderId: was.together[0]!.orderId }, { $inc: { captured: 100 } }),
    'a payment that was reported and is not there': () => Payment.deleteOne({ orderId: was.together[0]!.orderId }),
    'a payment nobody reported': () => PaymentEvent.deleteOne({ orderId: was.together[0]!.orderId }),
  },
  'I3-refunded': {
    'a refund of more than was captured': () =>
      Payment.updateOne({ orderId: was.expired.orderId }, { $inc: { refunded: 100, 'refunds.0.amount': 100 } }),
    'an admitted refund that was never made': async () => {
      const payment = await Payment.findOne({ orderId: was.together[0]!.orderId }).lean();
      const refund = {
        id: 'refund:lost',
        amount: 100,
        reason: 'x',
        scope: 'seat',
        from: 'held',
        at: ago(HOUR),
        made: true,
      };
      await Payment.updateOne({ _id: payment!._id }, { $inc: { refunded: 100 }, $push: { refunds: refund } } as never);
    },
  },
  'I3-refund-due': {
    'a refund that is booked as done and is not': () =>
      Refund.updateOne({ orderId: was.expired.orderId }, { $set: { state: 'manual' } }),
  },
  'I3-held': {
    'money held for a team that ended': () =>
      journal(
        'held',
        [
          { account: 'cash:simulated', amount: -100 },
          { account: 'customer:asha:held', amount: 100 },
        ],
        { orderId: was.together[0]!.orderId },
      ),
    'money held for an order that does not exist': () =>
      journal(
        'held',
        [
          { account: 'cash:simulated', amount: -100 },
          { account: 'customer:asha:held', amount: 100 },
        ],
        { orderId: 'o_nothing' },
      ),
  },
  I4: {
    'a confirmed order of a team that expired': () =>
      Order.updateOne({ _id: was.expired.orderId }, { $set: { confirmedAt: ago(HOUR) } }),
  },
  'I4-full': {
    'success with too few members': () => change(was.together[0]!.teamId, { $inc: { size: 1 } }),
  },
  'I4-orders': {
    'an order that its seat has left behind': () =>
      Order.updateOne({ _id: was.together[0]!.orderId }, { $set: { state: 'paid' } }),
    'an order without a seat': () =>
      copy(Order as never, was.together[0]!.orderId, { _id: 'o_none', confirmedAt: null }),
  },
  I5: {
    'a member who was never told': () =>
      Outbox.deleteOne({ _id: `notice:team-succeeded:${was.together[0]!.teamId}:succeeded:bina` }),
    'one who was in a team that expired and was never told': () =>
      Outbox.deleteOne({ _id: `notice:team-expired:${was.expired.teamId}:expired:devi` }),
  },
  'I5-owed': {
    'a notice that was given up': () =>
      Outbox.updateOne({ _id: /^notice:team-succeeded/ }, { $set: { state: 'failed', reason: 'refused' } }),
    'a notice that lies unsent': () =>
      Outbox.updateOne({ _id: /^notice:team-succeeded/ }, { $set: { seq: (Date.now() - HOUR) * 1000 } }),
  },
  I6: {
    'a unit that is nowhere': () => Deal.updateOne({ _id: was.deal._id }, { $inc: { 'stock.free': -1 } }),
  },
  'I6-holds': {
    'a team that ended and holds units': () =>
      Deal.updateOne(
        { _id: was.deal._id },
        { $inc: { 'stock.free': -3 }, $push: { 'stock.holds': { teamId: was.expired.teamId, units: 3 } } },
      ),
    'units held for a team that never came': () =>
      Deal.updateOne(
        { _id: was.deal._id },
        { $inc: { 'stock.free': -3 }, $push: { 'stock.holds': { teamId: 't_never', units: 3 } } },
      ),
    'a running team without units': () =>
      Deal.updateOne(
        { 'stock.holds.teamId': was.open.teamId },
        { $inc: { 'stock.free': 3 }, $pull: { 'stock.holds': { teamId: was.open.teamId } } },
      ),
  },
  'I6-sold': {
    'a unit sold that nobody bought': () =>
      Deal.updateOne({ _id: was.deal._id }, { $inc: { 'stock.free': -1, 'stock.sold': 1 } }),
  },
  I7: {
    'a team whose time is long over': () =>
      Team.updateOne({ state: 'open', 'seats.customerId': 'asha' }, { $set: { expiresAt: ago(HOUR) } }),
  },
  'I7-holds': {
    'a seat whose hold ended an hour ago': () =>
      Team.updateOne({ _id: was.open.teamId, 'seats.customerId': 'ela' }, { $set: { 'seats.$.holdUntil': ago(HOUR) } }),
  },
  I8: {
    'a reward for an order that was not delivered': async () => {
      const reward = await Reward.findOne({ state: 'available' }).lean();
      await Order.updateOne(
        { _id: reward!.orderId },
        { $set: { 'fulfilment.state': 'none' }, $unset: { 'fulfilment.deliveredAt': 1 } },
      );
    },
    'a reward for an order that does not exist': () =>
      Reward.updateOne({ state: 'available' }, { $set: { orderId: 'o_nothing' } }),
  },
  'I8-booked': {
    'a reward whose release was never booked': async () => {
      const reward = await Reward.findOne({ state: 'available' }).lean();
      await Journal.deleteOne({ _id: `reward:${reward!._id}:available` });
    },
  },
  I9: {
    'a journal that does not balance': () =>
      Journal.updateOne({ 'entries.account': 'expense:referral' }, { $inc: { 'entries.0.amount': 1 } }),
  },
  'I9-floor': {
    'an account below zero': () =>
      journal('below', [
        { account: 'customer:asha:held', amount: -1_000_000 },
        { account: 'merchant', amount: 1_000_000 },
      ]),
  },
  I10: {
    'a message nobody handled': () =>
      Inbox.create({ ...inboxRow('in_old', 'new'), receivedAt: new Date(Date.now() - HOUR) }),
    'a dead message without a reason': () => Inbox.create(inboxRow('in_dead', 'dead')),
  },
  I11: {
    'members without a leader': () => change(was.open.teamId, { $unset: { leaderId: '' } }),
    'a leader who is not a member': () => change(was.open.teamId, { $set: { leaderId: 'vani' } }),
  },
  I12: {
    'marketing sent after the stop': async () => {
      await promotion('next:vani:3', { sentAt: ago(-5 * MINUTE), createdAt: ago(HOUR), expiresAt: null });
    },
    'marketing that still waits after the stop': () =>
      promotion('next:vani:3', { state: 'queued', sentAt: null, createdAt: ago(HOUR) }),
  },
  I13: {
    'marketing in the night': () => promotion('next:vani:3', { sentAt: night(), createdAt: night(), expiresAt: null }),
    'a message after its own end': async () => {
      const sentAt = (await Outbox.findById('next:vani:1').lean())!.sentAt!;
      await promotion('next:vani:3', { expiresAt: new Date(sentAt.getTime() - HOUR) });
    },
  },
  I14: {
    'a list of a run that does not exist': () => Run.deleteOne({ _id: 'r_1' }),
    'a list of a run that was not published': () => Run.updateOne({ _id: 'r_1' }, { $set: { state: 'running' } }),
    'a list without rows': () =>
      ActiveRun.updateOne({ _id: 'active' }, { $set: { 'lists.new': { runId: 'r_1', at: ago(0), simple: false } } }),
  },
  'I15-keys': {
    'a phone as an address key': () =>
      Customer.updateOne({ _id: 'vani' }, { $set: { 'addresses.0.key': '+919812345678' } }),
    'a phone in an id': () =>
      Interaction.create({ _id: 'i:+919812345678', customerId: 'asha', kind: 'view', at: ago(0) }),
    'a phone in an audit row': () =>
      Audit.create({
        _id: 'a_1',
        at: ago(0),
        actor: 'op',
        verb: 'x',
        ok: true,
        after: { to: '919812345678@s.whatsapp.net' },
      }),
  },
};

/** Half past ten in the evening in India, two days before. */
function night(): Date {
  return new Date(
    `${ago(48 * HOUR)
      .toISOString()
      .slice(0, 10)}T17:00:00Z`,
  );
}

it('finds nothing wrong in a market where everything that can happen has happened', async () => {
  const diagnosis = await look();
  expect(broken(diagnosis)).toEqual([]);
  expect(diagnosis.ok).toBe(true);
});

/** What no provider of ours reports, what adds to another row, and what is no event. */
const NOT_PLAYED = ['third-party', 'authorised', 'capture-near', 'refund-done', 'cash-agreed'];

it('looks at a market in which every kind of team, seat, order, refund and reward is', async () => {
  const seats = await Team.aggregate<{ _id: string }>([
    { $project: { all: { $concatArrays: ['$seats', '$past'] } } },
    { $unwind: '$all' },
    { $group: { _id: '$all.state' } },
  ]);
  const missing = (all: readonly string[], found: readonly unknown[]) => all.filter((one) => !found.includes(one));
  expect(missing(TEAM_STATES, await Team.distinct('state'))).toEqual([]);
  const states = seats.map(({ _id }) => _id);
  expect(missing(SEAT_STATES, states)).toEqual(['authorised']);
  expect(missing(ORDER_STATES, await Order.distinct('state'))).toEqual([]);
  expect(missing(REFUND_STATES, await Refund.distinct('state'))).toEqual(['due', 'started']);
  expect(missing(REWARD_STATES, await Reward.distinct('state'))).toEqual([]);
  const decidedBy = PAYMENT_TABLE.filter(({ when }) => 'event' in when).map(({ name }) => name);
  expect(missing(decidedBy, await PaymentEvent.distinct('row'))).toEqual(NOT_PLAYED);
  expect(await Journal.distinct('kind', { kind: /^(credit|reward|refund|charge)/ })).toEqual(
    expect.arrayContaining(['credit-taken', 'credit-returned', 'refund-reversed', 'chargeback', 'reward-clawback']),
  );
});

it('says of what no query can see that it did not see it, and why', async () => {
  const { checks } = await look();
  const blind = checks.filter(({ ok }) => ok === null);
  expect(blind.map(({ id }) => id)).toEqual(['I3-provider', 'I5-copies', 'I15-logs']);
  for (const { reason, count } of blind) expect([reason?.length, count]).toEqual([expect.any(Number), 0]);
});

it('plants a violation for every check that looks', () => {
  const looking = CHECKS.filter(({ find }) => find).map(({ id }) => id);
  expect(Object.keys(PLANTS).sort()).toEqual([...looking].sort());
});

it('names every invariant there is, once', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (let n = 1; n <= 15; n++) expect(ids.some((id) => id === `I${n}` || id.startsWith(`I${n}-`))).toBe(true);
});

describe.each(Object.entries(PLANTS))('%s', (id, ways) => {
  it.each(Object.entries(ways))('sees %s', async (_way, plant) => {
    await plant();
    const diagnosis = await look();
    expect(broken(diagnosis).map((check) => [check.id, check.examples])).toEqual([[id, expect.any(Array)]]);
    const [check] = broken(diagnosis);
    expect(check?.count).toBeGreaterThanOrEqual(1);
    expect(check?.examples[0]).toMatch(/\w/);
    expect(diagnosis.ok).toBe(false);
  });
});

it('does not count what was only half written when it looked', async () => {
  await Deal.updateOne({ _id: was.deal._id }, { $inc: { 'stock.free': -1 } });
  const repaired = await diagnose(market.deps, () =>
    Deal.updateOne({ _id: was.deal._id }, { $inc: { 'stock.free': 1 } }),
  );
  expect(broken(repaired)).toEqual([]);
});

it('changes nothing', async () => {
  await look();
  expect(await snapshot()).toEqual(rows);
});
