import { addressKey } from '#lib/identity';
import { Customer } from '#models/customer';
import { Journal } from '#models/journal';
import { Reward, type RewardDoc } from '#models/reward';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';
import { holdsOn, raiseFlag } from './flags.ts';
import { logInteractions } from './interactions.ts';
import { postJournal } from './ledger.ts';
import { enqueueMessages } from './outbox.ts';
import { markPaidOut } from './reward-moves.ts';
import { rewardPaidNotice } from './reward-notices.ts';
import { availableCredit } from './rewards.ts';

/** Is a payout an operator made by hand. `amount` in minor units; `payTo` is the account it went to, kept as a key only. */
export interface Payout {
  readonly customerId: string;
  readonly amount: number;
  /** The customer's market's when absent. */
  readonly currency?: string;
  readonly reference: string;
  readonly actor: string;
  readonly payTo?: string;
}

export type PayoutOutcome =
  | {
      readonly kind: 'paid';
      readonly amount: number;
      readonly currency: string;
      readonly left: number;
      readonly rewards: number;
    }
  | { readonly kind: 'short'; readonly available: number; readonly currency: string }
  | { readonly kind: 'used'; readonly reference: string }
  | { readonly kind: 'held'; readonly reasons: readonly string[] }
  | { readonly kind: 'bad-amount' }
  | { readonly kind: 'unknown' };

/**
 * Books a payout of reward credit made by hand. A reference works once: again with the same facts it says the same,
 * with others it is refused. Never pays more than there is, nor while somebody has to look at the customer's referrals.
 */
export async function payReward(deps: Deps, payout: Payout): Promise<PayoutOutcome> {
  const customer = await customerById(payout.customerId);
  if (!customer) return { kind: 'unknown' };
  if (!Number.isSafeInteger(payout.amount) || payout.amount <= 0) return { kind: 'bad-amount' };
  const currency = payout.currency ?? deps.rulesOf(customer.market).currency;
  const reference = payout.reference.trim().toUpperCase();
  const before = await Journal.findById(`payout:${reference}`).lean();
  if (before && !isSame(before.entries, customer._id, payout.amount)) return { kind: 'used', reference };
  const reasons = before ? [] : await whyHeld(deps, customer._id, payout.payTo);
  if (reasons.length > 0) return { kind: 'held', reasons };
  const account = `customer:${customer._id}:credit`;
  const posted = await postJournal(deps, {
    id: `payout:${reference}`,
    kind: 'reward-payout',
    currency,
    entries: [
      { account, amount: -payout.amount },
      { account: 'cash:manual', amount: payout.amount },
    ],
    floor: [account],
    customerId: customer._id,
    note: `by ${payout.actor}`,
  });
  if (posted.kind === 'short')
    return { kind: 'short', available: await availableCredit(customer._id, currency), currency };
  const kept = await Journal.findById(`payout:${reference}`).lean();
  if (kept && !isSame(kept.entries, customer._id, payout.amount)) return { kind: 'used', reference };
  const rewards = await coverRewards(deps, customer._id, { reference, currency, amount: payout.amount });
  await tell(deps, customer._id, { reference, currency, amount: payout.amount, actor: payout.actor });
  return {
    kind: 'paid',
    amount: payout.amount,
    currency,
    left: await availableCredit(customer._id, currency),
    rewards,
  };
}

function isSame(entries: readonly { account: string; amount: number }[], customerId: string, amount: number): boolean {
  return entries.some((entry) => entry.account === `customer:${customerId}:credit` && entry.amount === -amount);
}

/** Keeps which account is whose, and stops when another customer was paid to the same one. */
async function whyHeld(deps: Deps, customerId: string, payTo: string | undefined): Promise<string[]> {
  if (payTo) {
    const key = addressKey(deps.secrets, 'payout', payTo.trim().toLowerCase());
    await Customer.updateOne({ _id: customerId }, { $addToSet: { payoutKeys: key } });
    const others = await Customer.find({ payoutKeys: key, _id: { $ne: customerId } }, { _id: 1 }).lean();
    const people = [customerId, ...others.map((other) => other._id)].sort();
    if (others.length > 0)
      await raiseFlag(deps, {
        key: people.join(),
        reason: 'shared-payout',
        hold: true,
        customerId,
        people,
        evidence: { accountKey: key },
      });
  }
  return holdsOn([customerId]);
}

/** Marks available rewards as paid out, the oldest first, as far as a payout covers them whole. */
async function coverRewards(
  deps: Deps,
  customerId: string,
  { reference, currency, amount }: { reference: string; currency: string; amount: number },
): Promise<number> {
  const mine = { customerId, currency };
  const covered = await Reward.find({ ...mine, payout: reference }).lean<RewardDoc[]>();
  let left = amount - covered.reduce((sum, reward) => sum + reward.amount, 0);
  let rewards = covered.length;
  const open = await Reward.find({ ...mine, state: 'available' })
    .sort({ availableAt: 1 })
    .lean<RewardDoc[]>();
  for (const reward of open) {
    if (reward.amount > left) break;
    if (!(await markPaidOut(deps, reward, reference))) continue;
    left -= reward.amount;
    rewards++;
  }
  return rewards;
}

async function tell(
  deps: Deps,
  customerId: string,
  { reference, amount, currency, actor }: { reference: string; amount: number; currency: string; actor: string },
): Promise<void> {
  const at = deps.clock.now();
  await enqueueMessages([rewardPaidNotice({ customerId, reference, amount, currency, at })]);
  const data = { state: 'payout', reference, actor };
  await logInteractions([{ _id: `i:payout:${reference}`, customerId, kind: 'reward', at, amount, currency, data }]);
}
