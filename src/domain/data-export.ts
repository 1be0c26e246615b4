import type { CustomerDoc } from '#models/customer';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';
import { type HistoryEvent, historyOf } from './history.ts';
import { type MoneyLine, moneyOf } from './ledger.ts';
import { friendsOf, referralOf } from './referrals.ts';
import { type RewardView, rewardsOf } from './rewards.ts';

/** Is everything we keep about one customer, as plain JSON. Addresses are masked, other people are ids or masks. */
export interface DataExport {
  readonly format: 'toli-export-1';
  readonly at: Date;
  readonly profile: { readonly [field: string]: unknown };
  readonly consents: readonly Row[];
  readonly orders: readonly Row[];
  readonly interactions: readonly Row[];
  readonly messages: { readonly received: readonly Row[]; readonly sent: readonly Row[] };
  readonly money: { readonly now: readonly MoneyLine[]; readonly journals: readonly Row[] };
  readonly rewards: readonly RewardView[];
  readonly referrals: { readonly broughtBy: string | null; readonly friends: number };
}
type Row = HistoryEvent['row'];

/** Collects everything that is kept about a customer; null when there is no such customer. */
export async function exportData(deps: Deps, customerId: string): Promise<DataExport | null> {
  const customer = await customerById(customerId);
  if (!customer) return null;
  const [history, money, rewards, referral, friends] = await Promise.all([
    historyOf(customer._id),
    moneyOf(deps, customer._id),
    rewardsOf(deps, customer._id, 1000),
    referralOf(customer._id),
    friendsOf(customer._id, 10_000),
  ]);
  const rows = (source: HistoryEvent['source']) =>
    history.filter((event) => event.source === source).map(({ row }) => row);
  return {
    format: 'toli-export-1',
    at: deps.clock.now(),
    profile: profileOf(customer),
    consents: rows('consent'),
    orders: rows('order'),
    interactions: rows('interaction'),
    messages: { received: rows('inbox'), sent: rows('outbox') },
    money: { now: money, journals: rows('journal').map((row) => ownSide(row, customer._id)) },
    rewards,
    referrals: { broughtBy: referral?.code ?? null, friends: friends.length },
  };
}

function profileOf(customer: CustomerDoc): { [field: string]: unknown } {
  const { addresses, payoutKeys: _keys, bucket: _bucket, ...profile } = customer;
  return { ...profile, addresses: addresses.map(({ channel, mask, at }) => ({ channel, mask, at })) };
}

/** Leaves out other people's entries of a journal. */
function ownSide(row: Row, customerId: string): Row {
  const entries = (row['entries'] as { account: string }[]).filter(
    ({ account }) => !account.startsWith('customer:') || account.startsWith(`customer:${customerId}:`),
  );
  return { ...row, entries };
}
