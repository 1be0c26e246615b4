import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '#domain/deps';
import { decideFlag } from '#domain/flag-decisions';
import { listFlags, raiseFlag } from '#domain/flags';
import { balanceOf, postJournal, proveLedger } from '#domain/ledger';
import { touchCode } from '#domain/referrals';
import { payReward } from '#domain/reward-payouts';
import { settleRewards } from '#domain/reward-settling';
import {
  availableCredit,
  onOrderConfirmed,
  onOrderPaid,
  onOrderRefunded,
  releaseDueRewards,
  rewardsOf,
} from '#domain/rewards';
import type { CustomerDoc } from '#models/customer';
import { Journal } from '#models/journal';
import type { OrderDoc } from '#models/order';
import { Outbox } from '#models/outbox';
import { Referral } from '#models/referral';
import { Reward } from '#models/reward';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { changedOrder, somebody, storedOrder, storedTea, storedTeam } from '#test/support/people';

const DAY = 86_400_000;
const database = useDatabase();
let now = new Date('2026-11-02T06:00:00Z');
const deps: Deps = testDeps({ clock: { now: () => now, system: () => Date.now() } as never });
const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};

beforeEach(async () => {
  now = new Date('2026-11-02T06:00:00Z');
  await storedTea(deps);
});
afterEach(() => database.clear());

interface Pair {
  readonly asha: CustomerDoc;
  readonly ravi: CustomerDoc;
  readonly order: OrderDoc;
}

async function friendOf(inviter: CustomerDoc): Promise<CustomerDoc> {
  const friend = await somebody(deps);
  await touchCode(deps, { code: inviter.inviteCode, customerId: friend._id, inboxId: `in_${friend._id}` });
  return friend;
}

/** Ravi came by Asha's code, joined a team and paid. */
async function friendPaid(change: Partial<OrderDoc> = {}, inviter?: CustomerDoc): Promise<Pair> {
  const asha = inviter ?? (await somebody(deps));
  const ravi = await friendOf(asha);
  const team = await storedTeam(deps, asha._id);
  const order = await storedOrder(deps, ravi._id, team._id, change);
  await onOrderPaid(deps, order);
  return { asha, ravi, order };
}

const confirm = (id: string) => changedOrder(id, { state: 'confirmed', confirmedAt: now });
const deliver = (id: string) => changedOrder(id, { 'fulfilment.state': 'delivered', 'fulfilment.deliveredAt': now });

async function friendSettled(): Promise<Pair> {
  const pair = await friendPaid();
  await onOrderConfirmed(deps, await confirm(pair.order._id));
  await deliver(pair.order._id);
  later(7 * DAY);
  expect(await releaseDueRewards(deps)).toEqual({ released: 2, voided: 0 });
  return pair;
}

const noticesTo = async ({ _id }: CustomerDoc) => {
  const rows = await Outbox.find({ customerId: _id }).sort({ createdAt: 1, seq: 1 }).lean();
  return rows.map((row) => (row.replies[0] as { copy: string }).copy);
};

async function ledgerIsSound(): Promise<void> {
  expect(await proveLedger()).toMatchObject({ ok: true, problems: [] });
}

describe('a reward', () => {
  it('is pending for both once the friend paid, and says what it waits for', async () => {
    const { asha, ravi } = await friendPaid();
    expect(await rewardsOf(deps, asha._id)).toMatchObject([
      {
        side: 'inviter',
        state: 'pending',
        amount: 50_00,
        currency: 'INR',
        unmet: [
          { condition: 'paid', done: true, date: now },
          { condition: 'delivered', done: false },
          { condition: 'return-window', done: false },
        ],
      },
    ]);
    expect(await rewardsOf(deps, ravi._id)).toMatchObject([{ side: 'friend', amount: 25_00, state: 'pending' }]);
    expect(await noticesTo(asha)).toEqual(['notice.friend-came', 'notice.reward-pending']);
    expect(await noticesTo(ravi)).toEqual(['notice.reward-pending-friend']);
    expect(await availableCredit(asha._id, 'INR')).toBe(0);
    await ledgerIsSound();
  });

  it('is made once however often the order is reported', async () => {
    const { order } = await friendPaid();
    await Promise.all([
      onOrderPaid(deps, order),
      onOrderPaid(deps, order),
      onOrderConfirmed(deps, await confirm(order._id)),
    ]);
    expect(await Reward.countDocuments()).toBe(2);
    expect(await Journal.countDocuments()).toBe(2);
  });

  it('is released when the order is delivered and past its return window, not a moment before', async () => {
    const { asha, order } = await friendPaid();
    await onOrderConfirmed(deps, await confirm(order._id));
    later(30 * DAY);
    expect(await releaseDueRewards(deps)).toEqual({ released: 0, voided: 0 });
    await deliver(order._id);
    const ends = new Date(now.getTime() + 7 * DAY);
    later(7 * DAY - 1);
    expect(await releaseDueRewards(deps)).toEqual({ released: 0, voided: 0 });
    const unmet = (await rewardsOf(deps, asha._id))[0]?.unmet;
    expect(unmet?.[2]).toEqual({ condition: 'return-window', done: false, date: ends });
    later(1);
    expect(await releaseDueRewards(deps)).toEqual({ released: 2, voided: 0 });
    expect(await availableCredit(asha._id, 'INR')).toBe(50_00);
    expect(await noticesTo(asha)).toEqual(['notice.friend-came', 'notice.reward-pending', 'notice.reward-available']);
    await ledgerIsSound();
  });

  it('waits three days only for groceries', async () => {
    await database.clear();
    await storedTea(deps, 'groceries');
    const { order } = await friendPaid();
    await confirm(order._id);
    await deliver(order._id);
    later(3 * DAY);
    expect(await releaseDueRewards(deps)).toEqual({ released: 2, voided: 0 });
  });

  it('of a cash order counts as paid when it is handed over', async () => {
    const { asha, order } = await friendPaid({ method: 'cod', state: 'confirmed', confirmedAt: now });
    await changedOrder(order._id, { paidAt: now });
    expect((await rewardsOf(deps, asha._id))[0]?.unmet[0]).toMatchObject({ condition: 'paid', done: false });
    await deliver(order._id);
    expect((await rewardsOf(deps, asha._id))[0]?.unmet[0]).toMatchObject({ condition: 'paid', done: true });
  });

  it('is not earned alone, without an inviter, by an import, or by a second order', async () => {
    const asha = await somebody(deps);
    const ravi = await friendOf(asha);
    const solo = await storedTeam(deps, ravi._id, 'solo');
    await onOrderPaid(deps, await storedOrder(deps, ravi._id, solo._id));
    const team = await storedTeam(deps, asha._id);
    await onOrderPaid(deps, await storedOrder(deps, ravi._id, team._id, { source: 'import' }));
    await onOrderPaid(deps, await storedOrder(deps, (await somebody(deps))._id, team._id));
    await onOrderPaid(deps, await storedOrder(deps, ravi._id, team._id, { state: 'placed' }));
    expect(await Reward.countDocuments()).toBe(0);
    await storedOrder(deps, ravi._id, team._id, { state: 'refunded', confirmedAt: now });
    const second = await storedTeam(deps, asha._id);
    await onOrderPaid(deps, await storedOrder(deps, ravi._id, second._id));
    expect(await Reward.countDocuments()).toBe(0);
  });

  it('needs an order of one and a half times the reward, and says so when it is smaller', async () => {
    const { asha, ravi } = await friendPaid({ total: 74_99 });
    expect(await rewardsOf(deps, asha._id)).toMatchObject([{ state: 'void', reason: 'order-too-small' }]);
    expect(await rewardsOf(deps, ravi._id)).toMatchObject([{ state: 'pending' }]);
    expect(await noticesTo(asha)).toEqual(['notice.friend-came', 'notice.reward-void']);
    await ledgerIsSound();
  });
});

describe('caps', () => {
  it('let an inviter earn five a day and ten a month, whatever runs at once', async () => {
    const asha = await somebody(deps);
    const earn = async (count: number) => {
      const friends = [];
      for (let i = 0; i < count; i++) friends.push(await friendOf(asha));
      const team = await storedTeam(deps, asha._id);
      const orders = await Promise.all(friends.map((friend) => storedOrder(deps, friend._id, team._id)));
      await Promise.all(orders.map((order) => onOrderPaid(deps, order)));
    };
    const states = async () => {
      const counts: { [reason: string]: number } = {};
      for (const { reason = 'pending' } of await Reward.find({ side: 'inviter' }).lean())
        counts[reason] = (counts[reason] ?? 0) + 1;
      return counts;
    };
    await earn(7);
    expect(await states()).toEqual({ pending: 5, 'daily-cap': 2 });
    later(DAY);
    await earn(5);
    later(DAY);
    await earn(1);
    expect(await states()).toEqual({ pending: 10, 'daily-cap': 2, 'monthly-cap': 1 });
    expect(await Reward.countDocuments({ side: 'friend', state: 'pending' })).toBe(13);
    await ledgerIsSound();
  });

  it('give a place back that was lost with its team', async () => {
    const asha = await somebody(deps);
    const pairs = [];
    for (let i = 0; i < 5; i++) pairs.push(await friendPaid({}, asha));
    const lost = await changedOrder(pairs[0]?.order._id ?? '', { state: 'refund-pending' });
    await onOrderRefunded(deps, lost);
    await friendPaid({}, asha);
    await friendPaid({}, asha);
    expect(await Reward.countDocuments({ side: 'inviter', state: 'pending' })).toBe(5);
    expect(await Reward.countDocuments({ reason: 'daily-cap' })).toBe(1);
  });
});

describe('a reward that is lost', () => {
  it('with its team is void, and the next team order earns it again', async () => {
    const { asha, ravi, order } = await friendPaid();
    await onOrderRefunded(deps, await changedOrder(order._id, { state: 'refund-pending' }));
    expect(await rewardsOf(deps, asha._id)).toMatchObject([{ state: 'void', reason: 'team-failed' }]);
    expect(await noticesTo(asha)).toContain('notice.reward-void');
    later(1);
    const team = await storedTeam(deps, asha._id);
    await onOrderPaid(deps, await storedOrder(deps, ravi._id, team._id));
    expect(await rewardsOf(deps, asha._id)).toMatchObject([{ state: 'pending' }, { state: 'void' }]);
    await ledgerIsSound();
  });

  it('by a refund after it was available is taken back from the credit, once', async () => {
    const { asha, order } = await friendSettled();
    const refunded = await changedOrder(order._id, { state: 'refund-pending' });
    await Promise.all([onOrderRefunded(deps, refunded), onOrderRefunded(deps, refunded)]);
    expect(await rewardsOf(deps, asha._id)).toMatchObject([{ state: 'void', reason: 'refunded' }]);
    expect(await balanceOf(`customer:${asha._id}:credit`, 'INR')).toBe(0);
    await ledgerIsSound();
  });

  it('by a refund after it was spent leaves a debt, which blocks payouts', async () => {
    const { asha, order } = await friendSettled();
    const account = `customer:${asha._id}:credit`;
    const spent = [
      { account, amount: -50_00 },
      { account: 'merchant', amount: 50_00 },
    ];
    await postJournal(deps, { id: 'spent', kind: 'credit-taken', currency: 'INR', entries: spent, floor: [account] });
    await onOrderRefunded(deps, await changedOrder(order._id, { state: 'refund-pending' }));
    expect(await balanceOf(account, 'INR')).toBe(-50_00);
    expect(await availableCredit(asha._id, 'INR')).toBe(0);
    const payout = { customerId: asha._id, amount: 1_00, reference: 'R1', actor: 'op' };
    expect(await payReward(deps, payout)).toEqual({ kind: 'short', available: 0, currency: 'INR' });
    await ledgerIsSound();
  });

  it('is found by the release even when nobody reported the refund', async () => {
    const { order } = await friendPaid();
    await changedOrder(order._id, { state: 'released' });
    expect((await releaseDueRewards(deps)).voided).toBeGreaterThan(0);
    expect(await Reward.countDocuments({ state: 'void' })).toBe(2);
  });

  it('because a circle of invitations appeared is void at release, and flagged', async () => {
    const { asha, ravi, order } = await friendPaid();
    await confirm(order._id);
    await deliver(order._id);
    const about = { code: 'X', via: 'invite', inboxId: 'in', market: 'IN', boundAt: now } as const;
    await Referral.create({ _id: asha._id, inviterId: ravi._id, ...about });
    later(8 * DAY);
    expect(await releaseDueRewards(deps)).toEqual({ released: 0, voided: 2 });
    expect((await listFlags()).map((flag) => flag.reason)).toContain('cycle');
    await ledgerIsSound();
  });
});

describe('a flag that holds', () => {
  it('keeps rewards pending until it is dismissed', async () => {
    const { asha, ravi, order } = await friendPaid();
    await confirm(order._id);
    await deliver(order._id);
    later(8 * DAY);
    const people = [asha._id, ravi._id];
    await raiseFlag(deps, {
      key: 'x',
      reason: 'shared-payout',
      hold: true,
      customerId: asha._id,
      people,
      evidence: {},
    });
    expect(await releaseDueRewards(deps)).toEqual({ released: 0, voided: 0 });
    expect((await rewardsOf(deps, asha._id))[0]?.unmet.at(-1)).toEqual({ condition: 'review', done: false });
    const [flag] = await listFlags();
    expect(await decideFlag(deps, { flagId: flag?._id ?? '', uphold: false, actor: 'op' })).toMatchObject({
      kind: 'decided',
    });
    expect(await releaseDueRewards(deps)).toEqual({ released: 2, voided: 0 });
  });

  it('voids the rewards between its people when it is upheld, through the ledger, once', async () => {
    const { asha, ravi } = await friendSettled();
    const people = [asha._id, ravi._id];
    await raiseFlag(deps, {
      key: 'x',
      reason: 'shared-payout',
      hold: true,
      customerId: asha._id,
      people,
      evidence: {},
    });
    const [flag] = await listFlags();
    const decision = { flagId: flag?._id ?? '', uphold: true, actor: 'op' };
    expect(await decideFlag(deps, decision)).toMatchObject({ kind: 'decided', voided: 2 });
    expect(await decideFlag(deps, decision)).toMatchObject({ kind: 'already' });
    expect(await availableCredit(asha._id, 'INR')).toBe(0);
    await ledgerIsSound();
  });
});

describe('a payout', () => {
  const pay = (asha: CustomerDoc, amount: number, reference: string, payTo?: string) =>
    payReward(deps, { customerId: asha._id, amount, reference, actor: 'op', ...(payTo ? { payTo } : {}) });

  it('is booked once under its reference, marks the reward and tells her', async () => {
    const { asha } = await friendSettled();
    const paid = { kind: 'paid', amount: 50_00, currency: 'INR', left: 0, rewards: 1 };
    expect(await pay(asha, 50_00, 'UPI-1')).toEqual(paid);
    expect(await pay(asha, 50_00, ' upi-1 ')).toEqual(paid);
    expect(await rewardsOf(deps, asha._id)).toMatchObject([{ state: 'paid-out' }]);
    expect(await noticesTo(asha)).toContain('notice.reward-paid');
    await ledgerIsSound();
  });

  it('refuses a used reference, too much, nothing, and a stranger', async () => {
    const { asha, ravi } = await friendSettled();
    await pay(asha, 10_00, 'UPI-1');
    expect(await pay(ravi, 10_00, 'UPI-1')).toEqual({ kind: 'used', reference: 'UPI-1' });
    expect(await pay(asha, 11_00, 'UPI-1')).toEqual({ kind: 'used', reference: 'UPI-1' });
    expect(await pay(asha, 41_00, 'UPI-2')).toEqual({ kind: 'short', available: 40_00, currency: 'INR' });
    expect(await pay(asha, 0, 'UPI-3')).toEqual({ kind: 'bad-amount' });
    expect(await payReward(deps, { customerId: 'c_nobody', amount: 1, reference: 'r', actor: 'op' })).toEqual({
      kind: 'unknown',
    });
  });

  it('never pays the same credit twice, however many operators pay at once', async () => {
    const { asha } = await friendSettled();
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, i) => pay(asha, 20_00, `UPI-${i}`)));
    expect(outcomes.filter(({ kind }) => kind === 'paid')).toHaveLength(2);
    expect(await balanceOf(`customer:${asha._id}:credit`, 'INR')).toBe(10_00);
    await ledgerIsSound();
  });

  it('stops when two customers are paid to one account', async () => {
    const { asha, ravi } = await friendSettled();
    expect((await pay(asha, 10_00, 'A', 'asha@upi')).kind).toBe('paid');
    expect(await pay(ravi, 10_00, 'B', 'ASHA@upi')).toEqual({ kind: 'held', reasons: ['shared-payout'] });
    const [flag] = await listFlags();
    expect(JSON.stringify(flag)).not.toContain('@upi');
    await decideFlag(deps, { flagId: flag?._id ?? '', uphold: false, actor: 'op' });
    expect((await pay(ravi, 10_00, 'B', 'asha@upi')).kind).toBe('paid');
  });
});

describe('whatever happens, in whatever order and however often', () => {
  it('the ledger is sound and says what the reward says', async () => {
    const step = fc.constantFrom('paid', 'confirm', 'deliver', 'refund', 'week', 'release', 'pay');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 9 }), async (steps) => {
        await database.clear();
        await storedTea(deps);
        const { asha, order } = await friendPaid();
        for (const one of steps) await take(one, asha, order);
        const reward = await Reward.findOne({ customerId: asha._id }).lean();
        const credit = await balanceOf(`customer:${asha._id}:credit`, 'INR');
        const waiting = await balanceOf(`customer:${asha._id}:credit-pending`, 'INR');
        expect(waiting).toBe(reward?.state === 'pending' ? 50_00 : 0);
        if (reward?.state === 'available') expect(credit).toBe(50_00);
        if (reward?.state === 'paid-out') expect(credit).toBe(reward.clawedBackAt ? -50_00 : 0);
        await ledgerIsSound();
      }),
      { numRuns: 25 },
    );
  });

  it('a move that was cut off before its journal is finished later', async () => {
    const { asha } = await friendPaid();
    await Journal.deleteMany({});
    await Outbox.deleteMany({});
    await Reward.updateMany({}, { $set: { unsettled: true } });
    expect(await settleRewards(deps)).toBe(2);
    expect(await balanceOf(`customer:${asha._id}:credit-pending`, 'INR')).toBe(50_00);
    expect(await noticesTo(asha)).toEqual(['notice.reward-pending']);
    expect(await settleRewards(deps)).toBe(0);
  });
});

async function take(step: string, asha: CustomerDoc, { _id }: OrderDoc): Promise<void> {
  const order = await changedOrder(_id, {});
  const over = order.state === 'refunded';
  if (step === 'paid') await onOrderPaid(deps, order);
  if (step === 'confirm' && !over) await onOrderConfirmed(deps, await confirm(_id));
  if (step === 'deliver' && order.state === 'confirmed') await deliver(_id);
  if (step === 'refund') await onOrderRefunded(deps, await changedOrder(_id, { state: 'refunded' }));
  if (step === 'week') later(7 * DAY);
  if (step === 'release') await releaseDueRewards(deps);
  if (step === 'pay') await payReward(deps, { customerId: asha._id, amount: 50_00, reference: 'ONCE', actor: 'op' });
}
