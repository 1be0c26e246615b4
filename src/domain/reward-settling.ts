import type { Sentence } from '#lib/sentence';
import { Customer } from '#models/customer';
import { Reward, type RewardDoc } from '#models/reward';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';
import { postJournal } from './ledger.ts';
import { enqueueMessages, type NewMessage } from './outbox.ts';
import { maskedName } from './person-labels.ts';
import { conditionsOf, whyWaiting } from './reward-conditions.ts';
import { rewardAvailableNotice, rewardPendingNotice, rewardVoidNotice } from './reward-notices.ts';

const EXPENSE = 'expense:referral';

/** Lists the bookings a reward can make, by name: the account that loses its amount and the one that gets it. */
export const REWARD_BOOKINGS = {
  pending: (id: string) => ({ from: EXPENSE, to: `customer:${id}:credit-pending` }),
  available: (id: string) => ({ from: `customer:${id}:credit-pending`, to: `customer:${id}:credit` }),
  void: (id: string) => ({ from: `customer:${id}:credit-pending`, to: EXPENSE }),
  clawback: (id: string) => ({ from: `customer:${id}:credit`, to: EXPENSE }),
} as const;
type Booking = keyof typeof REWARD_BOOKINGS;

/** Says which bookings a reward must have made to be where it is. */
export function bookingsOf(reward: RewardDoc): readonly Booking[] {
  switch (reward.state) {
    case 'pending':
      return ['pending'];
    case 'available':
      return ['pending', 'available'];
    case 'paid-out':
      return reward.clawedBackAt ? ['pending', 'available', 'clawback'] : ['pending', 'available'];
    case 'void':
      if (isBornVoid(reward)) return [];
      return reward.availableAt ? ['pending', 'available', 'clawback'] : ['pending', 'void'];
    default:
      return reward.state satisfies never;
  }
}

/** Makes the journals, the notice and the log row of a reward's last move; each of them once, however often called. */
export async function settleReward(deps: Deps, reward: RewardDoc): Promise<void> {
  for (const booking of bookingsOf(reward)) await book(deps, reward, booking);
  const message = await noticeOf(deps, reward);
  if (message) await enqueueMessages([message]);
  await logMove(deps, reward);
  await Reward.updateOne(
    { _id: reward._id, state: reward.state, clawedBackAt: reward.clawedBackAt ?? { $exists: false } },
    { $unset: { unsettled: 1 } },
  );
}

/** Settles rewards whose last move was cut off; says how many. */
export async function settleRewards(deps: Deps): Promise<number> {
  const rows = await Reward.find({ unsettled: true }).limit(500).lean<RewardDoc[]>();
  for (const row of rows) await settleReward(deps, row);
  return rows.length;
}

function isBornVoid({ reason }: RewardDoc): boolean {
  return reason === 'order-too-small' || reason === 'daily-cap' || reason === 'monthly-cap';
}

async function book(deps: Deps, reward: RewardDoc, booking: Booking): Promise<void> {
  const { from, to } = REWARD_BOOKINGS[booking](reward.customerId);
  await postJournal(deps, {
    id: `reward:${reward._id}:${booking}`,
    kind: `reward-${booking}`,
    currency: reward.currency,
    entries: [
      { account: from, amount: -reward.amount },
      { account: to, amount: reward.amount },
    ],
    orderId: reward.orderId,
    customerId: reward.customerId,
  });
}

async function noticeOf(deps: Deps, reward: RewardDoc): Promise<NewMessage | null> {
  const other = await customerById(reward.side === 'inviter' ? reward.friendId : reward.inviterId);
  const name = maskedName(other);
  if (await Customer.exists({ _id: reward.customerId, 'erasure.done': { $exists: true } })) return null;
  if (reward.state === 'pending') return rewardPendingNotice(reward, name, await waitsFor(deps, reward));
  if (reward.state === 'available') return rewardAvailableNotice(reward, name);
  if (reward.state === 'void' || reward.clawedBackAt) return rewardVoidNotice(reward, name);
  return null;
}

async function waitsFor(deps: Deps, reward: RewardDoc): Promise<Sentence> {
  return whyWaiting(await conditionsOf(deps, reward));
}

async function logMove(deps: Deps, reward: RewardDoc): Promise<void> {
  const { customerId, orderId, amount, currency, state, side, reason, friendId } = reward;
  const move = reward.clawedBackAt ? 'clawed-back' : state;
  const data = { reward: reward._id, state: move, side, friendId, ...(reason ? { reason } : {}) };
  const at = deps.clock.now();
  const _id = `i:reward:${reward._id}:${move}`;
  await logInteractions([{ _id, customerId, kind: 'reward', at, orderId, amount, currency, data }]);
}
