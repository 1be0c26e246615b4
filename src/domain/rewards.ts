import { Order, type OrderDoc, type OrderState } from '#models/order';
import { Reward, type RewardDoc, type RewardSide, type RewardState, type VoidReason } from '#models/reward';
import { customerById, idsOf } from './customers.ts';
import type { Deps } from './deps.ts';
import { raiseFlag } from './flags.ts';
import { balanceOf } from './ledger.ts';
import { maskedName } from './person-labels.ts';
import { chainTo, isSamePerson } from './referral-checks.ts';
import { flagRefusedCircle } from './referral-flags.ts';
import { conditionsOf, type RewardCondition } from './reward-conditions.ts';
import { earnRewards } from './reward-earning.ts';
import { releaseReward, voidReward } from './reward-moves.ts';
import { settleRewards } from './reward-settling.ts';

/** Takes note of a counted seat (paid, or agreed for cash): a friend's first team order makes pending rewards. */
export async function onOrderPaid(deps: Deps, order: OrderDoc): Promise<void> {
  await earnRewards(deps, order);
}

/** Takes note of a purchase; makes the pending rewards if they are not there yet. */
export async function onOrderConfirmed(deps: Deps, order: OrderDoc): Promise<void> {
  await earnRewards(deps, order);
}

/** Takes note of a delivery: from now on the rewards wait only for the return window. */
export async function onOrderDelivered(deps: Deps, order: OrderDoc): Promise<void> {
  await earnRewards(deps, order);
  await flagRefusedCircle(deps, order);
}

/** Takes note of an order that came to nothing or was given back: its rewards are void or taken back. */
export async function onOrderRefunded(deps: Deps, order: OrderDoc): Promise<void> {
  const reason = lossOf(order);
  const rewards = await Reward.find({ orderId: order._id }).lean<RewardDoc[]>();
  for (const reward of rewards) await voidReward(deps, reward._id, reason);
  await flagRefusedCircle(deps, order);
  if (reason === 'team-failed' && rewards.length > 0) await earnFromOtherOrders(deps, order);
}

/** Releases, or voids, every pending reward whose time has come; finishes what a crash cut off. */
export async function releaseDueRewards(deps: Deps): Promise<{ readonly released: number; readonly voided: number }> {
  await settleRewards(deps);
  const done = { released: 0, voided: 0 };
  for (let after = ''; ; ) {
    const rewards = await Reward.find({ state: 'pending', _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(LOOKED_AT)
      .lean<RewardDoc[]>();
    const orders = await ripeOrders(rewards.map(({ orderId }) => orderId));
    for (const reward of rewards) {
      const order = orders.get(reward.orderId);
      const result = order ? await decide(deps, reward, order) : null;
      if (result) done[result]++;
    }
    if (rewards.length < LOOKED_AT) return done;
    after = rewards.at(-1)?._id ?? '';
  }
}

/** So many rewards are looked at together. */
const LOOKED_AT = 200;
const LOST = ['released', 'refund-pending', 'refunded'] as const satisfies readonly OrderState[];

/** Finds, among orders, those that were delivered or came to nothing: only their rewards can move. */
async function ripeOrders(ids: readonly string[]): Promise<Map<string, OrderDoc>> {
  const rows = await Order.find({ _id: { $in: [...ids] } }).lean<OrderDoc[]>();
  const lost = new Set<OrderState>(LOST);
  const ripe = rows.filter(({ state, fulfilment }) => lost.has(state) || fulfilment.deliveredAt !== undefined);
  return new Map(ripe.map((row) => [row._id, row]));
}

/** Is a reward as its owner sees it: `unmet` lists every condition with whether it is met and its date. */
export interface RewardView {
  readonly id: string;
  readonly side: RewardSide;
  readonly state: RewardState;
  readonly amount: number;
  readonly currency: string;
  /** The other one, masked. */
  readonly friendMask: string;
  readonly unmet: readonly RewardCondition[];
  readonly reason?: VoidReason;
  readonly at: Date;
  readonly availableAt?: Date;
}

/** Lists a customer's rewards, the latest first, each with why it still waits or why it is void. */
export async function rewardsOf(deps: Deps, customerId: string, limit = 50): Promise<RewardView[]> {
  const rows = await Reward.find({ customerId: { $in: await idsOf(customerId) } })
    .sort({ createdAt: -1 })
    .limit(limit)
    .lean<RewardDoc[]>();
  return Promise.all(rows.map((row) => viewOf(deps, row)));
}

/** Tells how much reward credit a customer can spend now, in minor units; never below zero. */
export async function availableCredit(customerId: string, currency: string): Promise<number> {
  return Math.max(0, await balanceOf(`customer:${customerId}:credit`, currency));
}

async function viewOf(deps: Deps, row: RewardDoc): Promise<RewardView> {
  const other = await customerById(row.side === 'inviter' ? row.friendId : row.inviterId);
  return {
    id: row._id,
    side: row.side,
    state: row.state,
    amount: row.amount,
    currency: row.currency,
    friendMask: maskedName(other),
    unmet: row.state === 'pending' ? await conditionsOf(deps, row) : [],
    ...(row.reason ? { reason: row.reason } : {}),
    at: row.createdAt,
    ...(row.availableAt ? { availableAt: row.availableAt } : {}),
  };
}

function lossOf(order: OrderDoc): 'refunded' | 'team-failed' {
  return order.confirmedAt ? 'refunded' : 'team-failed';
}

async function earnFromOtherOrders(deps: Deps, lost: OrderDoc): Promise<void> {
  const others = await Order.find({
    customerId: lost.customerId,
    _id: { $ne: lost._id },
    source: 'chat',
    state: { $in: ['paid', 'confirmed'] },
  })
    .sort({ placedAt: 1 })
    .lean<OrderDoc[]>();
  for (const order of others) await earnRewards(deps, order);
}

async function decide(deps: Deps, reward: RewardDoc, order: OrderDoc): Promise<'released' | 'voided' | null> {
  if (LOST.some((state) => state === order.state)) {
    await onOrderRefunded(deps, order);
    return 'voided';
  }
  const conditions = await conditionsOf(deps, reward);
  if (order.state !== 'confirmed' || conditions.some((condition) => !condition.done)) return null;
  const refusal = await checkAgain(deps, reward);
  if (refusal) return (await voidReward(deps, reward._id, refusal)) ? 'voided' : null;
  return (await releaseReward(deps, reward)) ? 'released' : null;
}

/** Looks once more for what cannot be seen, or was not there yet, when a friend is bound. */
async function checkAgain(deps: Deps, { inviterId, friendId, orderId }: RewardDoc): Promise<VoidReason | null> {
  const people = [inviterId, friendId];
  const about = { key: people.join(), hold: false, customerId: inviterId, people };
  if (await isSamePerson(deps, inviterId, friendId)) {
    await raiseFlag(deps, { ...about, reason: 'self-referral', evidence: { orderId, at: 'release' } });
    return 'self-referral';
  }
  const chain = await chainTo(inviterId, friendId);
  if (!chain) return null;
  await raiseFlag(deps, { ...about, reason: 'cycle', evidence: { chain, orderId, at: 'release' } });
  return 'cycle';
}
