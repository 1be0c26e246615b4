import { nativeCollection } from '#lib/mongo';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Factors, type FactorsDoc } from '#models/factors';
import { Order } from '#models/order';

/** Streams confirmed purchases of all sources up to an instant. */
export function confirmedOrders(asOf: Date) {
  return nativeCollection(Order)
    .find({ state: 'confirmed', placedAt: { $lte: asOf }, total: { $gt: 0 } })
    .project<{
      customerId: string;
      market: string;
      currency: string;
      placedAt: Date;
      total: number;
      lines: { productId: string }[];
    }>({ _id: 0, customerId: 1, market: 1, currency: 1, placedAt: 1, total: 1, 'lines.productId': 1 })
    .batchSize(1000);
}

/** Maps customers that were merged to the one they are now. */
export async function mergedCustomers(): Promise<Map<string, string>> {
  const rows = await Customer.find({ mergedInto: { $exists: true } }, { mergedInto: 1 }).lean();
  const direct = new Map(rows.map((row) => [row._id, row.mergedInto!]));
  const resolve = (id: string, steps = 0): string => {
    const next = direct.get(id);
    return next === undefined || steps > 10 ? id : resolve(next, steps + 1);
  };
  return new Map([...direct.keys()].map((id) => [id, resolve(id)]));
}

/** Lists the products of a market that are for sale as deals at an instant. */
export async function dealProducts(market: string, at: Date): Promise<string[]> {
  return Deal.distinct('productId', { market, state: 'live', endsAt: { $gt: at } });
}

/** Reads the item side of one market's factorization of a run; null when that run published none. */
export async function readFactors(runId: string, market: string): Promise<FactorsDoc | null> {
  return Factors.findById(`${runId}:${market}`).lean<FactorsDoc>();
}

/** Is who bought by one order. */
export interface Buyer {
  readonly orderId: string;
  readonly customerId: string;
}

/** Lists purchases made by chat that were confirmed after `from` and up to `to`. */
export async function buyersBetween(from: Date, to: Date): Promise<Buyer[]> {
  const rows = await Order.find({ source: 'chat', confirmedAt: { $gt: from, $lte: to } }, { customerId: 1 }).lean();
  return rows.map(({ _id, customerId }) => ({ orderId: _id, customerId }));
}
