import { nativeCollection } from '#lib/mongo';
import { Journal } from '#models/journal';
import { Order } from '#models/order';
import { Refund } from '#models/refund';
import { Reward } from '#models/reward';
import { idsOf } from './customers.ts';
import type { Deps } from './deps.ts';
import { customerAccount } from './journals.ts';

/** Says where some of a customer's money is, in minor units. */
export interface MoneyLine {
  readonly where: 'held' | 'refund-due' | 'credit-available' | 'credit-pending';
  readonly amount: number;
  readonly currency: string;
  readonly orderId?: string;
  readonly orderCode?: string;
  /** By when it is back at the latest. */
  readonly by?: Date;
}

const PLACES = ['held', 'refund-due', 'credit'] as const;

/** Lists where every unit of a customer's money is, from the ledger; pending credit from the rewards. */
export async function moneyOf(_deps: Deps, customerId: string): Promise<MoneyLine[]> {
  const ids = await idsOf(customerId);
  const [sums, pending] = await Promise.all([sumsOf(ids), pendingOf(ids)]);
  const lines = sums.map((row) => ({
    where: whereOf(row._id.account),
    amount: row.sum,
    currency: row._id.currency,
    ...(row._id.orderId ? { orderId: row._id.orderId } : {}),
  }));
  return withOrders([...lines, ...pending]);
}

interface AccountSum {
  readonly _id: { readonly account: string; readonly currency: string; readonly orderId: string | null };
  readonly sum: number;
}

async function sumsOf(ids: readonly string[]): Promise<AccountSum[]> {
  const accounts = ids.flatMap((id) => PLACES.map((place) => customerAccount(id, place)));
  const rows = await nativeCollection(Journal)
    .aggregate<AccountSum>([
      { $match: { 'entries.account': { $in: accounts } } },
      { $unwind: '$entries' },
      { $match: { 'entries.account': { $in: accounts } } },
      {
        $group: {
          _id: { account: '$entries.account', currency: '$currency', orderId: { $ifNull: ['$orderId', null] } },
          sum: { $sum: '$entries.amount' },
        },
      },
    ])
    .toArray();
  return merged(rows).filter((row) => row.sum !== 0);
}

/** Adds credit up over all orders: it belongs to the customer, not to the order it came from. */
function merged(rows: readonly AccountSum[]): AccountSum[] {
  const sums = new Map<string, AccountSum>();
  for (const row of rows) {
    const orderId = whereOf(row._id.account) === 'credit-available' ? null : row._id.orderId;
    const key = `${row._id.account}|${row._id.currency}|${orderId}`;
    sums.set(key, { _id: { ...row._id, orderId }, sum: row.sum + (sums.get(key)?.sum ?? 0) });
  }
  return [...sums.values()];
}

function whereOf(account: string): MoneyLine['where'] {
  if (account.endsWith(':held')) return 'held';
  return account.endsWith(':refund-due') ? 'refund-due' : 'credit-available';
}

async function pendingOf(ids: readonly string[]): Promise<MoneyLine[]> {
  const rows = await Reward.find({ customerId: { $in: ids }, state: 'pending' }).lean();
  return rows.map(({ amount, currency }) => ({ where: 'credit-pending', amount, currency }));
}

async function withOrders(lines: readonly MoneyLine[]): Promise<MoneyLine[]> {
  const ids = [...new Set(lines.flatMap((line) => line.orderId ?? []))];
  if (ids.length === 0) return [...lines];
  const [orders, refunds] = await Promise.all([
    Order.find({ _id: { $in: ids } }, { code: 1, refundBy: 1 }).lean(),
    Refund.find({ orderId: { $in: ids }, state: { $ne: 'done' } }, { orderId: 1, refundBy: 1 }).lean(),
  ]);
  const orderOf = new Map(orders.map((order) => [order._id, order]));
  const dueBy = new Map(refunds.map((refund) => [refund.orderId, refund.refundBy]));
  return lines.map((line) => {
    const order = orderOf.get(line.orderId ?? '');
    const by = (line.where === 'refund-due' && dueBy.get(line.orderId ?? '')) || order?.refundBy;
    return { ...line, ...(order ? { orderCode: order.code } : {}), ...(by ? { by } : {}) };
  });
}
