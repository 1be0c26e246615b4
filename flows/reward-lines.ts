import type { Sentence } from '#conversation/flow';
import type { RewardView } from '#domain/rewards';
import { instant, money, stacked } from './say.ts';

type Condition = RewardView['unmet'][number];

const DONE_COPY = {
  paid: 'reward.done-paid',
  delivered: 'reward.done-delivered',
  'return-window': 'reward.done-return-window',
  review: 'reward.done-review',
} as const satisfies { readonly [condition in Condition['condition']]: string };

const OPEN_COPY = {
  paid: 'reward.open-paid',
  delivered: 'reward.open-delivered',
  'return-window': 'reward.open-return-window',
  review: 'reward.open-review',
} as const satisfies { readonly [condition in Condition['condition']]: string };

const VOID_COPY = {
  'team-failed': 'reward.void-team-failed',
  refunded: 'reward.void-refunded',
  'order-too-small': 'reward.void-order-too-small',
  'daily-cap': 'reward.void-daily-cap',
  'monthly-cap': 'reward.void-monthly-cap',
  'self-referral': 'reward.void-self-referral',
  cycle: 'reward.void-cycle',
  decided: 'reward.void-decided',
} as const satisfies { readonly [reason in NonNullable<RewardView['reason']>]: string };

const STATE_COPY = {
  pending: 'reward.pending',
  available: 'reward.available',
  'paid-out': 'reward.paid-out',
  void: 'reward.void',
} as const satisfies { readonly [state in RewardView['state']]: string };

function conditionLine({ condition, done, date }: Condition): Sentence {
  if (done) return { copy: DONE_COPY[condition] };
  if (condition === 'return-window' && date)
    return { copy: 'reward.open-return-window-by', params: { date: instant(date) } };
  return { copy: OPEN_COPY[condition] };
}

/** Says what a reward is worth, where it stands, and every condition it still waits for with its date. */
export function rewardLine(view: RewardView): Sentence {
  const params = { amount: money(view.amount, view.currency), friend: view.friendMask };
  const head: Sentence = { copy: STATE_COPY[view.state], params };
  if (view.state === 'void') return stacked([head, { copy: VOID_COPY[view.reason ?? 'decided'] }]);
  return stacked([head, ...view.unmet.map(conditionLine)]);
}
