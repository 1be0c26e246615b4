import { Order, type OrderDoc } from '#models/order';
import { Product } from '#models/product';
import { idsOf } from './customers.ts';
import type { Deps } from './deps.ts';
import { type MoneyLine, moneyOf } from './ledger.ts';
import { returnWindowEnds } from './return-window.ts';

/** Is something that must be settled before a customer can be forgotten; `by` is when it will be, if that is known. */
export interface OpenMatter {
  readonly what: MoneyLine['where'] | 'order';
  readonly amount: number;
  readonly currency: string;
  readonly orderCode?: string;
  readonly by?: Date;
}

/** Lists a customer's open money and the orders under way; empty when she can be forgotten. */
export async function openMatters(deps: Deps, customerId: string): Promise<OpenMatter[]> {
  const ids = await idsOf(customerId);
  const [money, orders] = await Promise.all([moneyOf(deps, customerId), ordersUnderWay(deps, ids)]);
  return [...money.filter((line) => line.amount > 0).map(fromMoney), ...orders];
}

function fromMoney(line: MoneyLine): OpenMatter {
  const { where, amount, currency, orderCode, by } = line;
  return { what: where, amount, currency, ...(orderCode ? { orderCode } : {}), ...(by ? { by } : {}) };
}

async function ordersUnderWay(deps: Deps, ids: readonly string[]): Promise<OpenMatter[]> {
  const orders = await Order.find({
    customerId: { $in: [...ids] },
    source: 'chat',
    state: { $in: ['placed', 'paid', 'confirmed', 'refund-pending'] },
  }).lean<OrderDoc[]>();
  const matters = await Promise.all(orders.map((order) => underWay(deps, order)));
  return matters.flatMap((matter) => matter ?? []);
}

async function underWay(deps: Deps, order: OrderDoc): Promise<OpenMatter | null> {
  const { state } = order.fulfilment;
  if (order.state === 'confirmed' && (state === 'returned' || state === 'refused')) return null;
  const product = await Product.findById(order.lines[0]?.productId, { category: 1 }).lean();
  const ends = returnWindowEnds(order, product?.category ?? '', deps.rulesOf(order.market));
  if (order.state === 'confirmed' && ends && ends <= deps.clock.now()) return null;
  const by = order.state === 'confirmed' ? ends : order.refundBy;
  const about = { what: 'order', amount: order.total, currency: order.currency, orderCode: order.code } as const;
  return { ...about, ...(by ? { by } : {}) };
}
