import type { CustomerDoc } from '#models/customer';
import { Deal, type DealDoc } from '#models/deal';
import { Order } from '#models/order';
import { Product, type ProductDoc } from '#models/product';
import type { SegmentMembershipDoc } from '#models/segment-membership';
import { Team, type TeamDoc } from '#models/team';
import type { Deps } from './deps.ts';
import { LAPSED, LIVELINESS, type SpokenKind, UNKNOWN_LIVELINESS, worthOf } from './next-message-kinds.ts';
import { canBuy, type Suggestion, type Suggestions } from './recommendations.ts';

/** Lists why a candidate cannot be sent to this customer. */
export const BLOCKS = [
  'not-running',
  'no-stock',
  'other-area',
  'new-only',
  'has-a-seat',
  'bought-recently',
  'not-lapsed',
] as const;
export type Block = (typeof BLOCKS)[number];

/** Is one message that could be sent, with its worth in minor units; a blocked one says why it cannot. */
export interface Candidate {
  readonly kind: SpokenKind;
  readonly value: number;
  readonly currency: string;
  readonly deal: DealDoc;
  readonly product: ProductDoc;
  readonly team?: { readonly id: string; readonly code: string; readonly missing: number; readonly expiresAt: Date };
  readonly suggestion?: Suggestion;
  readonly blocked?: Block;
}

/** Is what a market has to offer at one moment, read once for all its customers. */
export interface MarketOffer {
  readonly market: string;
  readonly deals: readonly DealDoc[];
  readonly products: ReadonlyMap<string, ProductDoc>;
  /** Open teams that lack few people, fullest first. */
  readonly teams: readonly TeamDoc[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NEARLY_FULL = 2;
const BOUGHT_RECENTLY_DAYS = 3;

/** Reads what a market has to offer now. */
export async function readOffer(deps: Deps, market: string): Promise<MarketOffer> {
  const now = deps.clock.now();
  const deals = await Deal.find({ market, state: 'live', endsAt: { $gt: now } })
    .sort({ number: 1 })
    .lean<DealDoc[]>();
  const [products, teams] = await Promise.all([
    Product.find({ _id: { $in: deals.map((deal) => deal.productId) } }).lean<ProductDoc[]>(),
    Team.find({
      state: 'open',
      market,
      kind: 'team',
      expiresAt: { $gt: new Date(now.getTime() + HOUR) },
      free: { $gte: 1, $lte: NEARLY_FULL },
    })
      .sort({ free: 1, expiresAt: 1 })
      .limit(500)
      .lean<TeamDoc[]>(),
  ]);
  return { market, deals, products: new Map(products.map((product) => [product._id, product])), teams };
}

/** Is what is known of a customer when her candidates are made. */
export interface CustomerFacts {
  readonly customer: CustomerDoc;
  readonly suggestions: Suggestions;
  readonly membership: SegmentMembershipDoc | null;
  readonly recent: RecentDealings;
}

/** Is what she has in hand: deals she sits in or is paying for, and products bought in the last days. */
export interface RecentDealings {
  readonly seatedDeals: ReadonlySet<string>;
  readonly boughtProducts: ReadonlySet<string>;
  readonly hasOrders: boolean;
}

/** Is the answer for who has nothing in hand. */
export const NOTHING_RECENT: RecentDealings = { seatedDeals: new Set(), boughtProducts: new Set(), hasOrders: false };

/** Reads what customers have in hand. Who is missing in the answer has nothing. */
export async function recentDealings(deps: Deps, customerIds: readonly string[]): Promise<Map<string, RecentDealings>> {
  const since = new Date(deps.clock.now().getTime() - BOUGHT_RECENTLY_DAYS * DAY);
  const rows = await Order.find(
    { customerId: { $in: [...customerIds] }, state: { $in: ['placed', 'paid', 'confirmed'] } },
    { customerId: 1, state: 1, placedAt: 1, dealId: 1, lines: 1 },
  ).lean();
  const found = new Map<string, { seatedDeals: Set<string>; boughtProducts: Set<string>; hasOrders: boolean }>();
  for (const row of rows) {
    const own = found.get(row.customerId) ?? { seatedDeals: new Set(), boughtProducts: new Set(), hasOrders: false };
    found.set(row.customerId, own);
    if (row.state !== 'placed') own.hasOrders = true;
    if (row.state !== 'confirmed' && row.dealId) own.seatedDeals.add(row.dealId);
    if (row.placedAt >= since) for (const line of row.lines) own.boughtProducts.add(line.productId);
  }
  return found;
}

/** Makes every candidate for one customer, blocked ones included: the best few of each kind that can be sent, and those above them. */
export function candidatesFor(
  deps: Deps,
  offer: MarketOffer,
  { customer, suggestions, membership, recent }: CustomerFacts,
): Candidate[] {
  const rules = deps.rulesOf(customer.market);
  const liveliness = LIVELINESS[membership?.rule ?? ''] ?? UNKNOWN_LIVELINESS;
  const lapsed = membership !== null && LAPSED.includes(membership.rule);
  const make = (kind: SpokenKind, deal: DealDoc, suggestion: Suggestion | undefined, team?: TeamDoc): Candidate => {
    const product = offer.products.get(deal.productId)!;
    const blocked =
      blockOf(deps, deal, customer, recent) ?? (kind === 'win-back' && !lapsed ? 'not-lapsed' : undefined);
    const value = worthOf({
      kind,
      rank: suggestion?.rank ?? 20,
      margin: deal.teamPrice * deal.margin,
      ...(team ? { missing: team.free } : {}),
      liveliness,
      messagePrice: rules.messagePrice,
    });
    return {
      kind,
      value: Math.round(value * 10_000) / 10_000,
      currency: deal.currency,
      deal,
      product,
      ...(team ? { team: { id: team._id, code: team.code, missing: team.free, expiresAt: team.expiresAt! } } : {}),
      ...(suggestion ? { suggestion } : {}),
      ...(blocked ? { blocked } : {}),
    };
  };
  return [...fromSuggestions(offer, suggestions, lapsed, make), ...fromTeams(offer, customer, suggestions, make)];
}

type Make = (kind: SpokenKind, deal: DealDoc, suggestion: Suggestion | undefined, team?: TeamDoc) => Candidate;

/** So many of a kind compete; what stands lower on her list is worth less than all of them. */
const SENDABLE_PER_KIND = 3;

/** Walks her list from the top; per kind it stops after a few that can be sent. */
function fromSuggestions(offer: MarketOffer, suggestions: Suggestions, lapsed: boolean, make: Make): Candidate[] {
  const made: Candidate[] = [];
  const sendable = new Map<SpokenKind, number>();
  const dealOf = new Map(
    offer.deals.filter((deal) => offer.products.has(deal.productId)).map((deal) => [deal.productId, deal]),
  );
  for (const [productId, suggestion] of suggestions) {
    const deal = dealOf.get(productId);
    if (!deal) continue;
    const kinds: SpokenKind[] = [
      suggestion.list === 'again' ? 'again' : 'deal',
      ...(lapsed ? ['win-back' as const] : []),
    ];
    for (const kind of kinds) {
      const before = sendable.get(kind) ?? 0;
      if (before >= SENDABLE_PER_KIND) continue;
      const candidate = make(kind, deal, suggestion);
      made.push(candidate);
      if (!candidate.blocked) sendable.set(kind, before + 1);
    }
  }
  return made;
}

/** Takes the fullest team of each deal that she is not in; the three that suit her list best. */
function fromTeams(offer: MarketOffer, customer: CustomerDoc, suggestions: Suggestions, make: Make): Candidate[] {
  const deals = new Map(offer.deals.map((deal) => [deal._id, deal]));
  const taken = new Set<string>();
  const made: Candidate[] = [];
  for (const team of offer.teams) {
    const deal = deals.get(team.dealId);
    const mine = team.seats.some((seat) => seat.customerId === customer._id);
    if (!deal || !offer.products.has(deal.productId) || taken.has(deal._id) || mine) continue;
    if (team.pinCode && customer.place && team.pinCode !== customer.place.pinCode) continue;
    taken.add(deal._id);
    made.push(make('team', deal, suggestions.get(deal.productId), team));
  }
  return made.sort((a, b) => b.value - a.value).slice(0, 3);
}

/** Says why a deal cannot be offered to a customer now; undefined when it can. */
export function blockOf(deps: Deps, deal: DealDoc, customer: CustomerDoc, recent: RecentDealings): Block | undefined {
  const now = deps.clock.now();
  if (deal.state !== 'live' || deal.startsAt > now || deal.endsAt <= now) return 'not-running';
  if (deal.stock.free < deal.unitsPerSeat) return 'no-stock';
  if (!canBuy(deal, customer, now)) return 'other-area';
  if (deal.newCustomersOnly && recent.hasOrders) return 'new-only';
  if (recent.seatedDeals.has(deal._id)) return 'has-a-seat';
  if (recent.boughtProducts.has(deal.productId)) return 'bought-recently';
  return undefined;
}
