import type { Deps } from '#domain/deps';
import { confirmedOrders, dealProducts, mergedCustomers } from '#domain/lists-history';
import { MarketCollector, type MarketData, type MarketNames } from './market-data.ts';

/** Is all history by market, and what could not be used. */
export interface History {
  readonly markets: readonly { readonly data: MarketData; readonly names: MarketNames }[];
  readonly orders: number;
  /** Orders in another currency than their market's; money is never added across currencies. */
  readonly otherCurrency: number;
}

/** Streams confirmed orders up to an instant, chat, import and seed alike, into integers per market. */
export async function readHistory(deps: Deps, asOf: Date, signal?: AbortSignal): Promise<History> {
  const kept = await mergedCustomers();
  const collectors = new Map<string, MarketCollector>();
  let orders = 0;
  let otherCurrency = 0;
  for await (const order of confirmedOrders(asOf)) {
    signal?.throwIfAborted();
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
    markets.push(collector.finish(await dealProducts(market, asOf)));
  return { markets, orders, otherCurrency };
}
