import type { CopyParams } from '#lib/sentence';
import type { CustomerDoc } from '#models/customer';
import type { ReferralDoc } from '#models/referral';
import type { RewardDoc, VoidReason } from '#models/reward';
import type { NewMessage } from './outbox.ts';
import { maskedName } from './person-labels.ts';

type Notice = (customerId: string, event: string, copy: string, params: CopyParams, at: Date) => NewMessage;

const notice: Notice = (customerId, event, copy, params, at) => ({
  key: `notice:${event}:${customerId}`,
  customerId,
  class: 'transactional',
  replies: [{ copy, params }],
  createdAt: at,
});

const moneyOfReward = (reward: RewardDoc) => ({ money: reward.amount, currency: reward.currency });

/** Tells an inviter that a friend came by her link. Params: friend (masked name). */
export function friendJoinedNotice(friend: CustomerDoc | null, referral: ReferralDoc): NewMessage {
  const params = { friend: maskedName(friend) };
  const event = `friend-joined:${referral._id}`;
  return notice(referral.inviterId, event, 'notice.friend-came', params, referral.boundAt);
}

/**
 * Tells of a reward that waits. Params: amount, friend (masked name), why (a sentence: `reward.waits-paid`,
 * `reward.waits-delivered` or `reward.waits-return-window`).
 */
export function rewardPendingNotice(
  reward: RewardDoc,
  friend: string,
  why: { copy: string; params?: CopyParams },
): NewMessage {
  const copy = reward.side === 'inviter' ? 'notice.reward-pending' : 'notice.reward-pending-friend';
  const params = { amount: moneyOfReward(reward), friend, why };
  return notice(reward.customerId, `reward-pending:${reward._id}`, copy, params, reward.createdAt);
}

/** Tells that a reward can be used now. Params: amount, friend (masked name). */
export function rewardAvailableNotice(reward: RewardDoc, friend: string): NewMessage {
  const copy = reward.side === 'inviter' ? 'notice.reward-available' : 'notice.reward-available-friend';
  const params = { amount: moneyOfReward(reward), friend };
  return notice(
    reward.customerId,
    `reward-available:${reward._id}`,
    copy,
    params,
    reward.availableAt ?? reward.createdAt,
  );
}

const VOID_COPY = {
  'team-failed': { copy: 'reward.void-team-failed' },
  refunded: { copy: 'reward.void-refunded' },
  'order-too-small': { copy: 'reward.void-order-too-small' },
  'daily-cap': { copy: 'reward.void-daily-cap' },
  'monthly-cap': { copy: 'reward.void-monthly-cap' },
  'self-referral': { copy: 'reward.void-self-referral' },
  cycle: { copy: 'reward.void-cycle' },
  decided: { copy: 'reward.void-decided' },
} as const satisfies { readonly [reason in VoidReason]: { readonly copy: string } };

/** Tells that a reward will not be, or was taken back, and why. Params: amount, friend (masked name), why (a sentence). */
export function rewardVoidNotice(reward: RewardDoc, friend: string): NewMessage {
  const params = { amount: moneyOfReward(reward), friend, why: VOID_COPY[reward.reason ?? 'decided'] };
  return notice(
    reward.customerId,
    `reward-void:${reward._id}`,
    'notice.reward-void',
    params,
    reward.endedAt ?? reward.createdAt,
  );
}

/** Tells that credit was paid out by hand. Params: amount, reference. */
export function rewardPaidNotice(payout: {
  readonly customerId: string;
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly at: Date;
}): NewMessage {
  const params = { amount: { money: payout.amount, currency: payout.currency }, reference: payout.reference };
  return notice(payout.customerId, `reward-paid:${payout.reference}`, 'notice.reward-paid', params, payout.at);
}
