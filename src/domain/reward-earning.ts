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
  const sides = inviter.erasure?.done ? (['friend'] as const) : REWARD_SIDES;
  for (const side of sides) await earnSide(deps, order, { ...referral, inviterId: inviter._id }, side);
  await flagSharedPlace(deps, inviter, order);
}

async function earnSide(deps: Deps, order: OrderDoc, referral: ReferralDoc, side: RewardSide): Promise<void> {
  const wanted = rewardOf(deps, order, referral, side);
  const chances = { friendId: wanted.friendId, side };
  for (let tries = 0; tries < 50; tries++) {
    const before =
      (await Reward.findById(wanted._id)) ?? (await Reward.findOne({ ...chances, reason: { $ne: 'team-failed' } }));
    if (before) return before.unsettled ? settleReward(deps, before.toObject<RewardDoc>()) : undefined;
    const lost = await Reward.countDocuments({ ...chances, reason: 'team-failed' });
    const row = await withPlaces(deps, wanted, order, `friend:${wanted.friendId}:${side}:${lost + 1}`);
    if (await insertOnce(() => Reward.create(row))) return settleReward(deps, row);
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

/** Adds what only this reward may hold; a reward without a place left, or for too small an order, is born void. */
async function withPlaces(deps: Deps, reward: RewardDoc, order: OrderDoc, chance: string): Promise<RewardDoc> {
  const rules = deps.rulesOf(order.market);
  const voided = (reason: VoidReason): RewardDoc => {
    return { ...reward, keys: [chance], state: 'void', reason, endedAt: reward.createdAt };
  };
  if (order.total < reward.amount * rules.rewardOrderFactor) return voided('order-too-small');
  if (reward.side === 'friend') return { ...reward, keys: [chance] };
  const day = localTime(reward.createdAt, rules.zone).day;
  const recent = await recentRewards(reward);
  const daily = freePlace(recent, `day:${reward.customerId}:${day}:`, rules.rewardsPerDay);
  if (daily === null) return voided('daily-cap');
  const monthly = freePlace(recent, `month:${reward.customerId}:${day.slice(0, 7)}:`, rules.rewardsPerMonth);
  if (monthly === null) return voided('monthly-cap');
  return { ...reward, keys: [chance, daily, monthly] };
}

type Holder = Pick<RewardDoc, 'keys' | 'reason'>;
const LONGEST_MONTH_MS = 32 * 86_400_000;

async function recentRewards({ customerId, createdAt }: RewardDoc): Promise<Holder[]> {
  const since = new Date(createdAt.getTime() - LONGEST_MONTH_MS);
  return Reward.find({ customerId, side: 'inviter', createdAt: { $gt: since } }, { keys: 1, reason: 1 }).lean<
    Holder[]
  >();
}

/** Finds the first numbered place nobody holds; null when all are taken. Places lost with a team do not count. */
function freePlace(holders: readonly Holder[], prefix: string, most: number): string | null {
  const held = holders.flatMap(({ keys, reason }) =>
    keys.filter((key) => key.startsWith(prefix)).map((key) => ({ key, reason })),
  );
  const taken = new Set(held.map(({ key }) => key));
  const places = most + held.filter(({ reason }) => reason === 'team-failed').length;
  for (let n = 1; n <= places; n++) if (!taken.has(`${prefix}${n}`)) return `${prefix}${n}`;
  return null;
}
