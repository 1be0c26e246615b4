import { beforeEach, expect, it } from 'vitest';
import { findCodes } from '#domain/codes';
import { customerForAddress } from '#domain/customers';
import { moneyOf, proveLedger } from '#domain/ledger';
import { markDelivered, refundOrder } from '#domain/orders';
import { recordPaymentEvent } from '#domain/payments';
import { teamLinkOf, touchCodes } from '#domain/referrals';
import { availableCredit, releaseDueRewards, rewardsOf } from '#domain/rewards';
import { type JoinOutcome, joinTeam, type Reserved, startTeam, sweepTeams, teamView } from '#domain/teams';
import type { CustomerDoc } from '#models/customer';
import type { DealDoc } from '#models/deal';
import { Outbox } from '#models/outbox';
import { useDatabase } from '#test/support/database';
import { type Market, paid, someDeal, testMarket } from '#test/support/market';

const DAY = 86_400_000;
const database = useDatabase();
let market: Market;
let deal: DealDoc;
let commands = 0;
let asha: CustomerDoc;
let ravi: CustomerDoc;

beforeEach(async () => {
  await database.clear();
  market = testMarket();
  deal = await someDeal(market, { size: 2 });
  [asha, ravi] = [await writes('+919800000001'), await writes('+919800000002')];
});

const writes = (address: string) =>
  customerForAddress(market.deps, { channel: 'simulator', address, at: market.clock.now() });

const seatFor = (customer: CustomerDoc, useCredit = false) => {
  commands += 1;
  const shared = { units: 1, method: 'simulated' as const, spill: 'refund' as const, expectPrice: 9_900, useCredit };
  return { ...shared, commandId: `c${commands}`, customerId: customer._id };
};

function reserved(outcome: JoinOutcome): Reserved {
  if (outcome.kind !== 'reserved') throw new Error(`expected a seat, got ${JSON.stringify(outcome)}`);
  return outcome;
}

const start = async (customer: CustomerDoc, useCredit = false) =>
  reserved(await startTeam(market.deps, { ...seatFor(customer, useCredit), dealId: deal._id, kind: 'team' }));
const pay = (seat: Reserved) => recordPaymentEvent(market.deps, paid(market, seat));

/** Asha starts a team, pays and shares it; Ravi comes by her link, joins and pays. */
async function boughtTogether(): Promise<{ team: string; friends: Reserved }> {
  const leader = await start(asha);
  await pay(leader);
  const view = await teamView(market.deps, leader.teamId);
  const { link } = await teamLinkOf(market.deps, view?.team.code ?? '', asha._id);
  const codes = findCodes(decodeURIComponent(link));
  const touch = await touchCodes(market.deps, { codes, customerId: ravi._id, inboxId: 'in_1' });
  expect(touch).toEqual({ kind: 'team', team: leader.teamId, sharerId: asha._id, bound: true });
  const sharer = { sharerId: asha._id };
  const friends = reserved(await joinTeam(market.deps, { ...seatFor(ravi), ...sharer, teamId: leader.teamId }));
  await pay(friends);
  return { team: leader.teamId, friends };
}

const toldTo = async ({ _id }: CustomerDoc) => {
  const rows = await Outbox.find({ customerId: _id }).lean();
  return rows.flatMap((row) => row.replies.map((reply) => (reply as { copy: string }).copy));
};

it('two friends buy together; the reward waits with its reasons, is released, and is spent on the next order', async () => {
  const { friends } = await boughtTogether();
  expect(await rewardsOf(market.deps, asha._id)).toMatchObject([
    { state: 'pending', unmet: [{ done: true }, { done: false }, { done: false }] },
  ]);
  expect(await toldTo(asha)).toEqual(expect.arrayContaining(['notice.friend-came', 'notice.reward-pending']));
  expect(await moneyOf(market.deps, asha._id)).toContainEqual(
    expect.objectContaining({ where: 'credit-pending', amount: 50_00 }),
  );
  await markDelivered(market.deps, { orderId: friends.orderId, actor: 'op' });
  market.clock.advance(3 * DAY - 1);
  await releaseDueRewards(market.deps);
  expect(await availableCredit(asha._id, 'INR')).toBe(0);
  market.clock.advance(1);
  await releaseDueRewards(market.deps);
  expect(await availableCredit(asha._id, 'INR')).toBe(50_00);
  deal = await someDeal(market, { size: 2, productId: 'rice' });
  const next = await start(asha, true);
  expect(next).toMatchObject({ credit: 50_00, due: 49_00 });
  expect(await availableCredit(asha._id, 'INR')).toBe(0);
  expect(await proveLedger()).toMatchObject({ ok: true });
});

it('gives spent credit back when the hold runs out', async () => {
  const { friends } = await boughtTogether();
  await markDelivered(market.deps, { orderId: friends.orderId, actor: 'op' });
  market.clock.advance(3 * DAY);
  await releaseDueRewards(market.deps);
  deal = await someDeal(market, { size: 2, productId: 'rice' });
  await start(asha, true);
  expect(await availableCredit(asha._id, 'INR')).toBe(0);
  market.clock.advance(DAY);
  await sweepTeams(market.deps);
  expect(await availableCredit(asha._id, 'INR')).toBe(50_00);
});

it('takes the reward back when the order is refunded after its release', async () => {
  const { friends } = await boughtTogether();
  await markDelivered(market.deps, { orderId: friends.orderId, actor: 'op' });
  market.clock.advance(3 * DAY);
  await releaseDueRewards(market.deps);
  expect((await refundOrder(market.deps, { orderId: friends.orderId, actor: 'op', reason: 'broken' })).kind).toBe(
    'refunding',
  );
  expect(await availableCredit(asha._id, 'INR')).toBe(0);
  expect(await rewardsOf(market.deps, asha._id)).toMatchObject([{ state: 'void', reason: 'refunded' }]);
  expect(await proveLedger()).toMatchObject({ ok: true });
});

it('voids the reward when the team is not filled in time, and says so', async () => {
  deal = await someDeal(market, { size: 3, productId: 'rice' });
  await boughtTogether();
  expect(await rewardsOf(market.deps, asha._id)).toMatchObject([{ state: 'pending' }]);
  market.clock.advance(DAY + 3_600_000);
  await sweepTeams(market.deps);
  expect(await rewardsOf(market.deps, asha._id)).toMatchObject([{ state: 'void', reason: 'team-failed' }]);
  expect(await toldTo(asha)).toContain('notice.reward-void');
});
