import { briefly } from '#lib/briefly';
import { isDuplicateKey, nativeCollection } from '#lib/mongo';
import { newId } from '#lib/random';
import { Deal, type DealDoc } from '#models/deal';
import { Product, type ProductDoc } from '#models/product';
import { clearShelf, shelvedDeal, WITHOUT_HOLDS, withProducts } from './deal-shelf.ts';
import type { Deps } from './deps.ts';
import type { DealView } from './team-types.ts';

export type { DealView } from './team-types.ts';

/** Describes a deal to be offered. Prices per unit in minor units; what is absent is taken from the product or market. */
export interface NewDeal {
  /** Makes adding repeatable; a fresh id when absent. */
  readonly id?: string;
  readonly productId: string;
  readonly size: number;
  readonly teamPrice: number;
  readonly soloPrice?: number;
  readonly ladder?: DealDoc['ladder'];
  readonly windowMs?: number;
  readonly startsAt?: Date;
  readonly endsAt: Date;
  readonly stock: number;
  readonly unitsPerSeat?: number;
  readonly maxUnitsPerCustomer?: number;
  readonly newCustomersOnly?: boolean;
  readonly pinCodes?: readonly string[];
  readonly pickupPoints?: DealDoc['pickupPoints'];
  readonly cod?: boolean;
  readonly margin?: number;
}

const LIVE_DEALS_MS = 1_500;
const deals = () => nativeCollection(Deal);
const MINUTE_MS = 60_000;
const live = briefly<readonly DealView[]>(LIVE_DEALS_MS);

/** Lists what can be bought now, soonest end first, leaving out what is sold out; at most 2 s old. */
export async function liveDeals(deps: Deps, where: { market: string; pinCode?: string }): Promise<DealView[]> {
  const now = deps.clock.now();
  const views = (await liveViews(where.market, now)).filter(({ deal }) => deal.startsAt <= now && deal.endsAt > now);
  const { pinCode } = where;
  if (pinCode === undefined) return views;
  return views.filter(({ deal }) => deal.pinCodes.length === 0 || deal.pinCodes.includes(pinCode));
}

async function liveViews(market: string, now: Date): Promise<readonly DealView[]> {
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  return live.get(`${Deal.db.name} ${market} ${minute}`, () => readLive(market, new Date(minute * MINUTE_MS)));
}

/** Reads the deals of a market that are live at some time of one minute (business time). */
async function readLive(market: string, from: Date): Promise<readonly DealView[]> {
  const until = new Date(from.getTime() + MINUTE_MS);
  const found = await deals()
    .find(
      { market, state: 'live', startsAt: { $lt: until }, endsAt: { $gt: from }, 'stock.free': { $gt: 0 } },
      { projection: WITHOUT_HOLDS },
    )
    .sort({ endsAt: 1 })
    .toArray();
  return withProducts(found as DealDoc[]);
}

/** Forgets the list of live deals, so that the next reader sees a change at once. */
export function forgetLiveDeals(): void {
  live.forget();
  clearShelf();
}

/** Reads a deal and its product, at most a second old; null when there is none. */
export async function dealById(_deps: Deps, id: string): Promise<DealView | null> {
  return shelvedDeal(id);
}

/** Lists the names of all products in every language. */
export async function productNames(): Promise<string[]> {
  const rows = await nativeCollection(Product)
    .find({}, { projection: { names: 1 } })
    .toArray();
  return rows.flatMap(({ names }) => Object.values(names));
}

/** Finds a deal by the number people type; null when there is none. */
export async function dealByNumber(_deps: Deps, number: number): Promise<DealView | null> {
  const found = await deals().findOne({ number }, { projection: WITHOUT_HOLDS });
  return found ? ((await withProducts([found as DealDoc]))[0] ?? null) : null;
}

/** Lists all deals, newest first. */
export async function listDeals(_deps: Deps): Promise<DealView[]> {
  const found = await deals().find({}, { projection: WITHOUT_HOLDS }).sort({ number: -1 }).toArray();
  return withProducts(found as DealDoc[]);
}

/**
 * Offers a deal and gives it the next number; with an id that exists already it returns that deal.
 * Throws for an unknown product and for numbers that make no deal.
 */
export async function addDeal(deps: Deps, input: NewDeal): Promise<DealDoc> {
  const product = await Product.findById(input.productId).lean<ProductDoc>();
  if (!product) throw new Error(`There is no product "${input.productId}".`);
  const id = input.id ?? newId('d', deps.random);
  for (let tries = 0; tries < 20; tries++) {
    const there = await deals().findOne({ _id: id });
    if (there) return there as DealDoc;
    const last = await deals()
      .find({}, { projection: { number: 1 } })
      .sort({ number: -1 })
      .limit(1)
      .next();
    const deal = dealDoc(deps, input, product, id, (last?.number ?? 0) + 1);
    if (await inserted(deal)) return deal;
  }
  throw new Error('deals: no free number could be taken');
}

async function inserted(deal: DealDoc): Promise<boolean> {
  try {
    await Deal.create(deal);
    forgetLiveDeals();
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function dealDoc(deps: Deps, input: NewDeal, product: ProductDoc, id: string, number: number): DealDoc {
  const now = deps.clock.now();
  const unitsPerSeat = input.unitsPerSeat ?? 1;
  const deal: DealDoc = {
    _id: id,
    number,
    productId: product._id,
    state: 'live',
    market: product.market,
    currency: product.currency,
    size: input.size,
    teamPrice: input.teamPrice,
    soloPrice: input.soloPrice ?? product.soloPrice,
    ladder: [...(input.ladder ?? [])],
    windowMs: input.windowMs ?? deps.rulesOf(product.market).windowMs,
    startsAt: input.startsAt ?? now,
    endsAt: input.endsAt,
    unitsPerSeat,
    maxUnitsPerCustomer: input.maxUnitsPerCustomer ?? unitsPerSeat,
    newCustomersOnly: input.newCustomersOnly ?? false,
    pinCodes: [...(input.pinCodes ?? [])],
    pickupPoints: [...(input.pickupPoints ?? [])],
    cod: input.cod ?? false,
    margin: input.margin ?? 0.15,
    houseSeatsLeft: 0,
    stock: { total: input.stock, free: input.stock, sold: 0, holds: [] },
    createdAt: now,
  };
  refuseBadDeal(deal);
  return deal;
}

function refuseBadDeal(deal: DealDoc): void {
  const amounts = [deal.teamPrice, deal.soloPrice, deal.size, deal.unitsPerSeat, deal.stock.total, deal.windowMs];
  if (amounts.some((amount) => !Number.isSafeInteger(amount) || amount < 1))
    throw new Error('A deal needs whole numbers above zero for prices, size, units, stock and window.');
  if (deal.endsAt <= deal.startsAt) throw new Error('A deal must end after it starts.');
}

/** Stops new teams of a deal; running ones go on. Null when there is no such deal. */
export async function stopDeal(_deps: Deps, id: string): Promise<DealDoc | null> {
  await deals().updateOne({ _id: id, state: 'live' }, { $set: { state: 'stopped' } });
  forgetLiveDeals();
  return (await deals().findOne({ _id: id }, { projection: WITHOUT_HOLDS })) as DealDoc | null;
}

/** Marks deals past their end; running teams of theirs have ended by their own clock or will within it. */
export async function endDeals(now: Date): Promise<number> {
  const { modifiedCount } = await deals().updateMany(
    { state: { $in: ['live', 'stopped'] }, endsAt: { $lte: now } },
    { $set: { state: 'ended' } },
  );
  if (modifiedCount > 0) forgetLiveDeals();
  return modifiedCount;
}
