import type { Deps } from '#domain/deps';
import { nativeCollection } from '#lib/mongo';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Order } from '#models/order';
import { MarketCollector, type MarketData, type MarketNames } from './market-data.ts';

/** Is all history by market, and what could not be used. */
export interface History {
  readonly markets: readonly { readonly data: MarketData; readonly names: MarketNames }[];
  readonly orders: number;
  /** Orders in another currency than their market's; money is never added across currencies. */
  readonly otherCurrency: number;
}

/** Streams confirmed orders up to an instant, chat, import and seed alike, into integers per market. */
export async function readHistory(deps: Deps, asOf: Date): Promise<History> {
  const kept = await mergedCustomers();
  const collectors = new Map<string, MarketCollector>();
  let orders = 0;
  let otherCurrency = 0;
  for await (const order of confirmedOrders(asOf)) {
    if (order.currency !== deps.rulesOf(order.market).currency) {
      otherCurrency++;
      continue;
    }
    orders++;
    const collector = collectors.get(order.market) ?? new MarketCollector(order.market);
    collectors.set(order.market, collector);
    collector.add({
      customerId: kept.get(order.customerId) ?? order.customerId,
      at: order.placedAt.getTime(),
      total: order.total,
      productIds: order.lines.map((line) => line.productId),
    });
  }
  const markets = [];
  for (const [market, collector] of [...collectors].sort(([a], [b]) => (a < b ? -1 : 1)))
    markets.push(collector.finish(await Deal.distinct('productId', { market, state: 'live', endsAt: { $gt: asOf } })));
  return { markets, orders, otherCurrency };
}

function confirmedOrders(asOf: Date) {
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
async function mergedCustomers(): Promise<Map<string, string>> {
  const rows = await Customer.find({ mergedInto: { $exists: true } }, { mergedInto: 1 }).lean();
  const direct = new Map(rows.map((row) => [row._id, row.mergedInto!]));
  const resolve = (id: string, steps = 0): string => {
    const next = direct.get(id);
    return next === undefined || steps > 10 ? id : resolve(next, steps + 1);
  };
  return new Map([...direct.keys()].map((id) => [id, resolve(id)]));
}
