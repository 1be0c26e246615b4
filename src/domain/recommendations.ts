import type { Sentence } from '#lib/sentence';
import { Customer, type CustomerDoc } from '#models/customer';
import type { DealDoc } from '#models/deal';
import { Order } from '#models/order';
import { Product, type ProductDoc } from '#models/product';
import { type RankedProduct, Recommendation, type RecommendationDoc } from '#models/recommendation';
import type { BoughtProduct, Recommender } from '#ports/recommender';
import { type ActiveLists, activeLists } from './active-runs.ts';
import { idsOf } from './customers.ts';
import type { Deps } from './deps.ts';
import { dealProducts } from './lists-history.ts';
import { popularNow } from './popular-products.ts';

/** Is a deal as browsing shows it; `DealView` of the deals module is one. */
export interface Browsable {
  readonly deal: DealDoc;
  readonly product: ProductDoc;
}

/** Is what of a customer decides what she can buy; whoever has her document saves a reading by passing it. */
export type Whereabouts = Pick<CustomerDoc, '_id' | 'market' | 'place'>;

/** Is one recommended product with the list it comes from. */
export interface Suggestion {
  readonly list: RecommendationDoc['list'];
  readonly rank: number;
  readonly item: RankedProduct;
}

/** Names the row of a list that people without one of their own fall back to. */
export function everybody(market: string): string {
  return `*:${market}`;
}

/** Names one customer's row of one list of one run. */
export function recommendationId(runId: string, list: RecommendationDoc['list'], customerId: string): string {
  return `${runId}:${list}:${customerId}`;
}

/**
 * Orders deals for one customer by what the active runs say: what she buys again, then what is new for her, then what
 * is popular, each with its reason; without an active run by what sells now. Leaves out deals that are not hers to buy
 * (another market or area, stopped, sold out).
 */
export async function browseOrder<View extends Browsable>(
  deps: Deps,
  who: string | Whereabouts,
  deals: readonly View[],
): Promise<(View & { readonly reason: Sentence | null })[]> {
  if (deals.length === 0) return [];
  const customer = typeof who === 'string' ? await whereabouts(who) : who;
  const customerId = typeof who === 'string' ? who : who._id;
  const sellable = customer ? deals.filter(({ deal }) => canBuy(deal, customer, deps.clock.now())) : [...deals];
  const market = customer?.market ?? sellable[0]?.deal.market;
  if (market === undefined) return [];
  const suggestions = (await suggestionsOf(deps, [{ _id: customerId, market }])).get(customerId) ?? new Map();
  const names = await namesOfReasons(sellable, suggestions);
  return sortedBy(sellable, suggestions).map((view) => {
    const found = suggestions.get(view.product._id);
    return { ...view, reason: found ? reasonOf(found, view.product, names) : null };
  });
}

/**
 * Finds what to greet a customer with: her best suggestion that is for sale, as a sentence with `product` and `deal`
 * (the number people type). Null when no run is active or nothing of it is for sale.
 */
export async function greetingHint(
  deps: Deps,
  who: string | Whereabouts,
  deals: readonly Browsable[],
): Promise<Sentence | null> {
  const lists = await activeLists(deps);
  if (Object.keys(lists).length === 0) return null;
  const [first] = await browseOrder(deps, who, deals);
  if (!first?.reason) return null;
  const kind = first.reason.copy.replace('reason.', '');
  return {
    copy: HINTS[kind as RankedProduct['reason']['kind']],
    params: { ...first.reason.params, product: { names: first.product.names }, deal: first.deal.number },
  };
}

const HINTS = {
  'bought-before': 'hint.bought-before',
  'because-you-bought': 'hint.because-you-bought',
  'popular-now': 'hint.popular-now',
} as const;

/** Says whether a deal is open to this customer: her market and area, running, and not sold out. */
export function canBuy(deal: DealDoc, customer: Pick<CustomerDoc, 'market' | 'place'>, now: Date): boolean {
  const pinCode = customer.place?.pinCode;
  return (
    deal.state === 'live' &&
    deal.market === customer.market &&
    deal.startsAt <= now &&
    deal.endsAt > now &&
    deal.stock.free >= deal.unitsPerSeat &&
    (deal.pinCodes.length === 0 || pinCode === undefined || deal.pinCodes.includes(pinCode))
  );
}

/** Is whose suggestions are asked for. */
export type Asker = Pick<CustomerDoc, '_id' | 'market'>;
/** Holds suggestions by product, best first. */
export type Suggestions = ReadonlyMap<string, Suggestion>;

/**
 * Collects customers' suggestions by product from the active runs, best first. Without an active run they come from
 * what sells now. A product in several lists keeps its first place.
 */
export async function suggestionsOf(deps: Deps, askers: readonly Asker[]): Promise<Map<string, Suggestions>> {
  const lists = await activeLists(deps);
  const rows = await rowsOf(lists, askers);
  const found = new Map<string, Suggestions>();
  for (const { _id, market } of askers) {
    const own = READ_ORDER.flatMap((list) => rows.get(rowIdOf(lists, list, _id, market)) ?? []);
    found.set(_id, own.length > 0 ? inOnePlace(own) : liveSuggestions(await popularNow(deps, market)));
  }
  return found;
}

const READ_ORDER = ['again', 'new', 'popular'] as const;

async function rowsOf(lists: ActiveLists, askers: readonly Asker[]): Promise<Map<string, RecommendationDoc>> {
  const ids = askers.flatMap(({ _id, market }) => READ_ORDER.map((list) => rowIdOf(lists, list, _id, market)));
  const known = [...new Set(ids)].filter((id) => id !== '');
  if (known.length === 0) return new Map();
  const rows = await Recommendation.find({ _id: { $in: known } }).lean();
  return new Map(rows.map((row) => [row._id, row]));
}

function rowIdOf(lists: ActiveLists, list: RecommendationDoc['list'], customerId: string, market: string): string {
  const run = lists[list];
  return run ? recommendationId(run.runId, list, list === 'popular' ? everybody(market) : customerId) : '';
}

function inOnePlace(rows: readonly RecommendationDoc[]): Suggestions {
  const found = new Map<string, Suggestion>();
  for (const row of rows) {
    row.items.forEach((item, rank) => {
      if (!found.has(item.productId)) found.set(item.productId, { list: row.list, rank, item });
    });
  }
  return found;
}

const ranked = new WeakMap<ReadonlyMap<string, number>, Suggestions>();

/** Ranks what sells now; counts are kept for a minute, and so is their ranking. */
function liveSuggestions(counts: ReadonlyMap<string, number>): Suggestions {
  const known = ranked.get(counts) ?? rankCounts(counts);
  ranked.set(counts, known);
  return known;
}

function rankCounts(counts: ReadonlyMap<string, number>): Suggestions {
  const best = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Map(
    best.map(([productId, count], rank) => [
      productId,
      { list: 'popular', rank, item: { productId, score: count, reason: { kind: 'popular-now', count } } },
    ]),
  );
}

function sortedBy<View extends Browsable>(deals: readonly View[], suggestions: ReadonlyMap<string, Suggestion>) {
  const place = new Map([...suggestions.keys()].map((productId, index) => [productId, index]));
  const of = (view: View) => place.get(view.product._id) ?? Number.MAX_SAFE_INTEGER;
  return [...deals].sort((a, b) => of(a) - of(b) || a.deal.number - b.deal.number);
}

/** Says why a product is shown, as a sentence: `count` for how often or by how many, `because` for the product behind it. */
export function reasonOf(
  { item }: Suggestion,
  product: ProductDoc,
  names: ReadonlyMap<string, ProductDoc['names']>,
): Sentence {
  const params = { product: { names: product.names } };
  const { kind, count = 0, productId } = item.reason;
  const because = productId ? names.get(productId) : undefined;
  if (kind === 'bought-before') return { copy: 'reason.bought-before', params: { ...params, count } };
  if (kind === 'because-you-bought' && because)
    return { copy: 'reason.because-you-bought', params: { ...params, because: { names: because } } };
  return { copy: 'reason.popular-now', params: { ...params, count } };
}

/** Reads the names of the products that reasons speak of and that are not among the shown ones. */
async function namesOfReasons(
  shown: readonly Browsable[],
  suggestions: ReadonlyMap<string, Suggestion>,
): Promise<Map<string, ProductDoc['names']>> {
  const names = new Map(shown.map(({ product }) => [product._id, product.names]));
  const wanted = shown.flatMap(({ product }) => suggestions.get(product._id)?.item.reason.productId ?? []);
  const missing = [...new Set(wanted)].filter((id) => !names.has(id));
  if (missing.length === 0) return names;
  for (const product of await Product.find({ _id: { $in: missing } }, { names: 1 }).lean())
    names.set(product._id, product.names);
  return names;
}

async function whereabouts(customerId: string): Promise<Whereabouts | null> {
  return Customer.findById(customerId, { market: 1, place: 1 }).lean();
}

/**
 * Brings one customer's lists of the active runs up to date after a purchase: what she bought leaves "new" and enters
 * "again", and the rest of "new" is folded in from her full history when a recommender is given. Rows of the run are
 * replaced, never the run. Does nothing without an active run.
 */
export async function replanCustomer(deps: Deps, customerId: string, recommender?: Recommender): Promise<void> {
  const customer = await Customer.findById(customerId, { market: 1 }).lean();
  if (!customer) return;
  const lists = await activeLists(deps);
  const history = await historyFor(customerId, customer.market);
  if (lists.again) await writeAgain(deps, lists.again.runId, customer, history);
  if (lists.new) await writeNew(lists.new.runId, customerId, customer.market, history, recommender);
}

const AGAIN_KEPT = 60;

async function historyFor(customerId: string, market: string): Promise<BoughtProduct[]> {
  const ids = await idsOf(customerId);
  const rows = await Order.find(
    { customerId: { $in: ids }, state: 'confirmed', market, total: { $gt: 0 } },
    { lines: 1 },
  ).lean();
  const counts = new Map<string, number>();
  for (const { lines } of rows)
    for (const productId of new Set(lines.map((line) => line.productId)))
      counts.set(productId, (counts.get(productId) ?? 0) + 1);
  return [...counts].map(([productId, orders]) => ({ productId, orders }));
}

/** Counts her orders anew; products with as many of them keep the order that the run gave them. */
async function writeAgain(
  deps: Deps,
  runId: string,
  { _id: customerId, market }: Asker,
  history: readonly BoughtProduct[],
): Promise<void> {
  const forSale = new Set(await dealProducts(market, deps.clock.now()));
  const stored = await Recommendation.findById(recommendationId(runId, 'again', customerId)).lean();
  const places = new Map((stored?.items ?? []).map(({ productId }, place) => [productId, place]));
  const placeOf = (productId: string) => places.get(productId) ?? Number.MAX_SAFE_INTEGER;
  const ranked = [...history].sort(
    (a, b) =>
      b.orders - a.orders || placeOf(a.productId) - placeOf(b.productId) || (a.productId < b.productId ? -1 : 1),
  );
  const kept = ranked.filter(({ productId }, place) => place < AGAIN_KEPT || forSale.has(productId));
  const items = kept.map(({ productId, orders }) => ({
    productId,
    score: orders,
    reason: { kind: 'bought-before' as const, count: orders },
  }));
  await writeRow(runId, 'again', customerId, items);
}

async function writeNew(
  runId: string,
  customerId: string,
  market: string,
  history: readonly BoughtProduct[],
  recommender: Recommender | undefined,
): Promise<void> {
  const bought = new Set(history.map(({ productId }) => productId));
  const folded = await recommender?.foldIn(runId, market, history);
  const stored = folded ? null : await Recommendation.findById(recommendationId(runId, 'new', customerId)).lean();
  const items = folded?.fresh ?? stored?.items ?? [];
  await writeRow(
    runId,
    'new',
    customerId,
    items.filter(({ productId }) => !bought.has(productId)),
  );
}

async function writeRow(
  runId: string,
  list: RecommendationDoc['list'],
  customerId: string,
  items: readonly RankedProduct[],
): Promise<void> {
  await Recommendation.updateOne(
    { _id: recommendationId(runId, list, customerId) },
    { $set: { items: [...items] }, $setOnInsert: { runId, list, customerId } },
    { upsert: true },
  );
}
