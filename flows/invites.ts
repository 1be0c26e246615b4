import type { Reply } from '#conversation/flow';
import { choice } from '#conversation/parse';
import { end, goto, startFlow, step } from '#conversation/step';
import { inviteOf } from '#domain/referrals';
import { availableCredit, type RewardView, rewardsOf } from '#domain/rewards';
import type { FlowContext, ToliFlow } from './context.ts';
import { board } from './leaderboard.ts';
import { rewardLine } from './reward-lines.ts';
import { money, option } from './say.ts';
import { linkParams } from './share.ts';

const CHOICES = ['share', 'rewards', 'board', 'menu'] as const;
const OPTIONS = CHOICES.map((id) => option(id, `invites.${id}`));
const REWARDS_SHOWN = 6;

/** Holds nothing; the next step follows from the choice alone. */
type Invites = Record<never, never>;

/** Makes the short text that invites a friend to Toli. */
async function shareInvite({ deps, customer }: FlowContext): Promise<Reply> {
  const { opensChat, params } = linkParams(await inviteOf(deps, customer._id));
  const { friendReward, currency } = deps.rulesOf(customer.market);
  const copy = opensChat ? 'share.invite' : 'share.invite-page';
  return { copy, params: { ...params, gift: money(friendReward, currency) } };
}

const show = step({
  choice: true,
  async ask(_data: Invites, { deps, customer }: FlowContext) {
    const { inviterReward, friendReward, currency } = deps.rulesOf(customer.market);
    const { code } = await inviteOf(deps, customer._id);
    const credit = await availableCredit(customer._id, currency);
    const params = { code, reward: money(inviterReward, currency), gift: money(friendReward, currency) };
    const replies: Reply[] = [{ copy: 'invites.about', params }];
    if (credit > 0) replies.push({ copy: 'invites.credit', params: { amount: money(credit, currency) } });
    return { replies, options: OPTIONS };
  },
  parse: choice(CHOICES),
  async then(_data: Invites, chosen: (typeof CHOICES)[number], context: FlowContext) {
    if (chosen === 'share') return end(await shareInvite(context));
    if (chosen === 'menu') return startFlow('menu');
    return goto(chosen, {});
  },
});

const WAYS_ON = ['share', 'menu'] as const;
const ON_OPTIONS = WAYS_ON.map((id) => option(id, `invites.${id}`));

const wayOn = async (_data: Invites, chosen: (typeof WAYS_ON)[number], context: FlowContext) =>
  chosen === 'share' ? end(await shareInvite(context)) : startFlow('menu');

const rewards = step({
  choice: true,
  async ask(_data: Invites, { deps, customer }: FlowContext) {
    const views = await rewardsOf(deps, customer._id, REWARDS_SHOWN);
    const replies = views.length > 0 ? rewardReplies(views) : [{ copy: 'invites.no-rewards' }];
    return { replies, options: ON_OPTIONS };
  },
  parse: choice(WAYS_ON),
  then: wayOn,
});

const rewardReplies = (views: readonly RewardView[]): readonly Reply[] => [
  { copy: 'invites.rewards-head' },
  ...views.map(rewardLine),
];

const leaders = step({
  choice: true,
  async ask(_data: Invites, context: FlowContext) {
    return { replies: await board(context), options: ON_OPTIONS };
  },
  parse: choice(WAYS_ON),
  then: wayOn,
});

/** Shows her code, what inviting brings, why a reward still waits, and how she stands among others. */
export const invites: ToliFlow<Invites> = {
  name: 'invites',
  version: 1,
  start: 'show',
  steps: { show, rewards, board: leaders },
};

/** Opens the rewards themselves, for "why is it pending?". */
export const pendingRewards: ToliFlow<Invites> = {
  name: 'pending-rewards',
  version: 1,
  start: 'rewards',
  steps: { rewards },
};
