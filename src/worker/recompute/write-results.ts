import {
  type FactorsDoc,
  insertResults,
  type RankedProduct,
  type RecommendationDoc,
  type SegmentMembershipDoc,
} from '#domain/lists';
import { everybody, recommendationId } from '#domain/recommendations';
import type { IndexedList, MarketResult } from './compute-market.ts';
import type { MarketNames } from './market-data.ts';

/** Is one market's result with the names its integers stand for, and its money. */
export interface NamedResult {
  readonly result: MarketResult;
  readonly names: MarketNames;
  readonly currency: string;
  readonly columns: { readonly orderCount: Float64Array; readonly spent: Float64Array };
  /** Whether found segments exist in any market: then those without theirs carry the rule's name. */
  readonly anyClusters: boolean;
}

/** Writes everything a run found in one market under its id. Nobody sees it before the pointer moves. */
export async function writeResults(runId: string, named: NamedResult): Promise<number> {
  const recommendations = recommendationRows(runId, named);
  const memberships = membershipRows(runId, named);
  const factors = factorsRow(runId, named);
  await insertResults({ recommendations, memberships, factors });
  return recommendations.length + memberships.length;
}

function recommendationRows(runId: string, { result, names }: NamedResult): RecommendationDoc[] {
  const row = (list: RecommendationDoc['list'], customerId: string, items: RankedProduct[]): RecommendationDoc => ({
    _id: recommendationId(runId, list, customerId),
    runId,
    list,
    customerId,
    items,
  });
  const product = (item: number) => names.products[item]!;
  return [
    ...names.customers.flatMap((customerId, i) => [
      row('again', customerId, ranked(result.again[i]!, product, boughtBefore)),
      row(
        'new',
        customerId,
        ranked(result.fresh[i]!, product, (behind) => because(behind, product)),
      ),
    ]),
    row('popular', everybody(result.market), ranked(result.popular, product, popularNow)),
  ];
}

type Reason = RankedProduct['reason'];

const boughtBefore = (count: number): Reason => ({ kind: 'bought-before', count });
const popularNow = (count: number): Reason => ({ kind: 'popular-now', count });
const because = (item: number, product: (item: number) => string): Reason =>
  item < 0 ? { kind: 'popular-now' } : { kind: 'because-you-bought', productId: product(item) };

function ranked(
  list: IndexedList,
  product: (item: number) => string,
  reason: (behind: number) => Reason,
): RankedProduct[] {
  return Array.from(list.items, (item, place) => ({
    productId: product(item),
    score: Math.round(list.scores[place]! * 10_000) / 10_000,
    reason: reason(list.behind[place]!),
  }));
}

function membershipRows(
  runId: string,
  { result, names, currency, columns, anyClusters }: NamedResult,
): SegmentMembershipDoc[] {
  const { segments } = result;
  return names.customers.map((customerId, i) => {
    const { recency, frequency, monetary } = segments.scores[i]!;
    const rule = segments.rules[i]!;
    const cluster = segments.clusters?.[i] ?? (anyClusters ? rule : undefined);
    return {
      _id: `${runId}:${customerId}`,
      runId,
      customerId,
      rule,
      ...(cluster ? { cluster } : {}),
      rfm: {
        recencyDays: Math.round(segments.recencyDays[i]! * 10) / 10,
        frequency: columns.orderCount[i]!,
        monetary: columns.spent[i]!,
        r: recency,
        f: frequency,
        m: monetary,
      },
      currency,
    };
  });
}

function factorsRow(runId: string, { result, names }: NamedResult): FactorsDoc | null {
  const { frozen, market } = result;
  if (!frozen) return null;
  const { factors, regularization, alpha, itemFactors, gram } = frozen;
  return {
    _id: `${runId}:${market}`,
    runId,
    market,
    factors,
    regularization,
    alpha,
    products: [...names.products],
    itemFactors: bytesOf(itemFactors),
    gram: bytesOf(gram),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
