import { localTime } from '#lib/local-time';
import { insertOnce } from '#lib/mongo';
import type { OrderDoc } from '#models/order';
import { Order } from '#models/order';
import type { ReferralDoc } from '#models/referral';
import { REWARD_SIDES, Reward, type RewardDoc, type RewardSide, type VoidReason } from '#models/reward';
import { Team } from '#models/team';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';
import { flagSharedPlace } from './referral-flags.ts';
import { referralOf } from './referrals.ts';
import { settleReward } from './reward-settling.ts';

/** Says which of a friend's orders can earn: her first team purchase, paid or agreed, made in a chat. */
async function isFirstTeamOrder(order: OrderDoc): Promise<boolean> {
  if (order.source !== 'chat' || !order.teamId) return false;
  const bought = await Order.find(
    { customerId: order.customerId, _id: { $ne: order._id }, confirmedAt: { $exists: true }, source: 'chat' },
    { teamId: 1 },
  ).lean();
  const teamIds = [order.teamId, ...bought.flatMap(({ teamId }) => teamId ?? [])];
  const teams = await Team.find({ _id: { $in: teamIds }, kind: 'team' }, { _id: 1 }).lean();
  return teams.some((team) => team._id === order.teamId) && teams.every((team) => team._id === order.teamId);
}

/** Makes the pending rewards of an order for both sides, once; an order that earns nothing changes nothing. */
export async function earnRewards(deps: Deps, order: OrderDoc): Promise<void> {
  if (order.state !== 'paid' && order.state !== 'confirmed') return;
  const referral = await referralOf(order.customerId);
  if (!referral || !(await isFirstTeamOrder(order))) return;
  const inviter = await customerById(referral.inviterId);
  if (!inviter || inviter._id === order.customerId) return;
  for (const side of REWARD_SIDES) await earnSide(deps, order, { ...referral, inviterId: inviter._id }, side);
  await flagSharedPlace(deps, inviter, order);
}

async function earnSide(deps: Deps, order: OrderDoc, referral: ReferralDoc, side: RewardSide): Promise<void> {
  const wanted = rewardOf(deps, order, referral, side);
  for (let tries = 0; tries < 50; tries++) {
    const row = await withPlaces(deps, wanted, order);
    if (await insertOnce(() => Reward.create(row))) return settleReward(deps, row);
    const before = await Reward.findOne({ $or: [{ _id: wanted._id }, { keys: friendKey(wanted) }] }).lean<RewardDoc>();
    if (before?.unsettled) return settleReward(deps, before);
    if (before) return;
  }
  throw new Error(`rewards: no place for reward ${wanted._id} could be taken; other writers win every time.`);
}

function rewardOf(deps: Deps, order: OrderDoc, referral: ReferralDoc, side: RewardSide): RewardDoc {
  const rules = deps.rulesOf(order.market);
  const { _id: friendId, inviterId } = referral;
  return {
    _id: `${friendId}:${side}:${order._id}`,
    customerId: side === 'inviter' ? inviterId : friendId,
    inviterId,
    friendId,
    side,
    orderId: order._id,
    market: order.market,
    amount: side === 'inviter' ? rules.inviterReward : rules.friendReward,
    currency: rules.currency,
    state: 'pending',
    keys: [],
    createdAt: deps.clock.now(),
    unsettled: true,
  };
}

function friendKey(reward: RewardDoc): string {
  return `friend:${reward.friendId}:${reward.side}`;
}

/** Adds what only this reward may hold; a reward without a place left, or for too small an order, is born void. */
async function withPlaces(deps: Deps, reward: RewardDoc, order: OrderDoc): Promise<RewardDoc> {
  const rules = deps.rulesOf(order.market);
  const own = friendKey(reward);
  const voided = (reason: VoidReason): RewardDoc => {
    return { ...reward, keys: [own], state: 'void', reason, endedAt: reward.createdAt };
  };
  if (order.total < reward.amount * rules.rewardOrderFactor) return voided('order-too-small');
  if (reward.side === 'friend') return { ...reward, keys: [own] };
  const day = localTime(reward.createdAt, rules.zone).day;
  const daily = await freePlace(`day:${reward.customerId}:${day}`, rules.rewardsPerDay);
  if (daily === null) return voided('daily-cap');
  const monthly = await freePlace(`month:${reward.customerId}:${day.slice(0, 7)}`, rules.rewardsPerMonth);
  if (monthly === null) return voided('monthly-cap');
  return { ...reward, keys: [own, daily, monthly] };
}

/** Finds the first of `most` numbered places that nobody holds; null when all are taken. */
async function freePlace(prefix: string, most: number): Promise<string | null> {
  const places = Array.from({ length: most }, (_, i) => `${prefix}:${i + 1}`);
  const holders = await Reward.find({ keys: { $in: places } }, { keys: 1 }).lean();
  const taken = new Set(holders.flatMap((holder) => holder.keys));
  return places.find((place) => !taken.has(place)) ?? null;
}
