import { describe, expect, test } from 'vitest';
import { type Catalogue, renderReplies } from '#conversation/render';
import { messageOf } from '#domain/next-messages-copy';
import * as notices from '#domain/notices';
import {
  friendJoinedNotice,
  rewardAvailableNotice,
  rewardPaidNotice,
  rewardPendingNotice,
  rewardVoidNotice,
} from '#domain/reward-notices';
import { catalogue } from '#flows/catalogue';
import { dealParams } from '#flows/deal-lines';
import type { Reply } from '#lib/sentence';
import { LANGUAGES } from '#models/customer';
import { REWARD_SIDES, type RewardDoc, VOID_REASONS } from '#models/reward';
import { townDeals } from '#seed/deals';
import { TOWN_PRODUCTS } from '#seed/products';

const at = new Date('2026-11-20T05:30:00Z');
const known: Catalogue = catalogue;

/** Renders in every language; throws when a sentence or a value it needs is missing. */
function inEveryLanguage(replies: readonly unknown[]): readonly string[] {
  return LANGUAGES.map(
    (language) =>
      renderReplies(replies as readonly Reply[], { language, timeZone: 'Asia/Kolkata', now: at }, known).text,
  );
}

const team = {
  product: { en: 'Tea', hi: 'चाय' },
  code: 'K7MPXQ2',
  size: 3,
  missing: 1,
  unitPrice: 22900,
  currency: 'INR',
};
const running = { ...team, until: at };
const money = { amount: 22900, currency: 'INR' };
const share = { link: 'http://toli.test/t/K7MPXQ2', join: 'JOIN K7MPXQ2' };

describe('owed notices can be said in every language', () => {
  const order = 'ABC2345';
  test.each([
    ['a friend joined', notices.friendJoined(running, 'A… K…')],
    ['the team opened', notices.teamOpened(running, share)],
    ['money came', notices.paymentReceived(running, money, order)],
    ['the team succeeded', notices.teamSucceeded(team, order, money)],
    ['something was bought alone', notices.soloBought(team, order, money)],
    ['the team expired', notices.teamExpired(team, order)],
    ['the team was cancelled', notices.teamCancelled(team, order)],
    ['a refund was made', notices.refundDone({ ...money, order, reference: 'R1' })],
    ['a refund failed', notices.refundFailed({ ...money, order })],
    ['credit came back', notices.creditReturned({ ...money, order })],
    ['a seat was released', notices.seatReleased(team, order)],
    ['a payment failed', notices.paymentFailed({ ...money, order, until: at })],
    ['the leader changed', notices.leaderChanged(running, share)],
    ['she leads a new team', notices.spilledOver(team, share)],
    ['goods were handed over', notices.orderDelivered({ product: team.product, code: order, until: at })],
  ])('%s', (_name, replies) => {
    for (const text of inEveryLanguage(replies)) expect(text).not.toMatch(/[{}]|undefined/);
  });

  test('every reason for a refund', () => {
    for (const reason of notices.REFUND_REASONS)
      for (const text of inEveryLanguage(notices.refundStarted({ ...money, by: at, order, reason })))
        expect(text).not.toMatch(/[{}]|undefined/);
  });

  test('rewards, for both sides and every end', () => {
    for (const side of REWARD_SIDES) {
      for (const reason of VOID_REASONS) {
        const reward = {
          _id: 'r',
          customerId: 'c',
          side,
          amount: 5000,
          currency: 'INR',
          reason,
          createdAt: at,
        } as RewardDoc;
        const messages = [
          rewardPendingNotice(reward, 'A…', { copy: 'reward.waits-paid' }),
          rewardAvailableNotice(reward, 'A…'),
          rewardVoidNotice(reward, 'A…'),
          rewardPaidNotice({ customerId: 'c', reference: 'P1', ...money, at }),
        ];
        for (const { replies } of messages) expect(inEveryLanguage(replies).join()).not.toMatch(/[{}]|undefined/);
      }
    }
    const referral = {
      _id: 'f',
      inviterId: 'c',
      code: '',
      via: 'invite',
      inboxId: '',
      market: 'IN',
      boundAt: at,
    } as const;
    expect(inEveryLanguage(friendJoinedNotice(null, referral).replies)).toHaveLength(3);
  });
});

test('the next message can be said in every language, of every kind', () => {
  const prices = new Map(TOWN_PRODUCTS.map(({ sku, soloPrice }) => [sku, soloPrice]));
  const [deal] = townDeals(at, prices);
  const tea = TOWN_PRODUCTS[0];
  if (!deal || !tea) throw new Error('The town has no deal.');
  const product = { _id: tea.sku, ...tea, currency: 'INR', market: 'IN', source: 'seed', createdAt: at } as const;
  expect(dealParams({ deal, product })).toMatchObject({ size: deal.size });
  const said = (kind: 'deal' | 'again' | 'team' | 'win-back') => {
    const running = { _id: 't', code: 'K7MPXQ2', missing: 1, expiresAt: at } as never;
    const candidate = { kind, deal, product, ...(kind === 'team' ? { team: running } : {}) } as never;
    return messageOf({ publicUrl: 'http://toli.test' } as never, candidate, new Map());
  };
  for (const kind of ['deal', 'again', 'team', 'win-back'] as const)
    for (const text of inEveryLanguage([said(kind)])) {
      expect(text).not.toMatch(/[{}]|undefined/);
      expect(text).toMatch(/STOP/);
    }
});
