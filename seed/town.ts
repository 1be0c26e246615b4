import type { Model } from 'mongoose';
import { makeCode } from '#domain/codes';
import type { Deps } from '#domain/deps';
import { isDuplicateKey, nativeCollection } from '#lib/mongo';
import { seededRandom } from '#lib/random';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Order } from '#models/order';
import { Product, type ProductDoc } from '#models/product';
import { Setting } from '#models/setting';
import { townDeals } from './deals.ts';
import { pastOrders } from './history.ts';
import { type TownPerson, townPerson } from './people.ts';
import { TOWN_PRODUCTS } from './products.ts';

const HISTORY_DAYS = 150;
const BATCH = 1000;
const MARK = 'seed:town';

/** Says what a seeding came to. */
export type Seeded =
  | {
      readonly kind: 'seeded';
      readonly products: number;
      readonly deals: number;
      readonly people: number;
      readonly orders: number;
    }
  | { readonly kind: 'not-empty' };

/**
 * Fills an empty database with a small Indian town: products, live deals, people with planted tastes and what they
 * bought in the last five months. The same seed makes the same town, with dates up to now. A database that has
 * anything of its own is left alone; a seeding that was cut short is finished.
 */
export async function seedTown(deps: Deps, { people = 300, seed = 7 } = {}): Promise<Seeded> {
  if (!(await mayBeSeeded())) return { kind: 'not-empty' };
  const now = deps.clock.now();
  const random = seededRandom(seed);
  const codes = seededRandom(seed + 1);
  const town = Array.from({ length: people }, (_, index) =>
    townPerson(index, random, now, HISTORY_DAYS, makeCode(codes)),
  );
  const orders = town.flatMap((person) => pastOrders(person, random, now, HISTORY_DAYS));
  const deals = townDeals(now, new Map(TOWN_PRODUCTS.map(({ sku, soloPrice }) => [sku, soloPrice])));
  await insertMissing(Customer, town.map(customerOf));
  await insertMissing(Order, orders);
  await insertMissing(Product, productRows(now));
  await insertMissing(Deal, deals);
  await Setting.updateOne({ _id: MARK }, { $set: { value: now } }, { upsert: true });
  return { kind: 'seeded', products: TOWN_PRODUCTS.length, deals: deals.length, people, orders: orders.length };
}

async function mayBeSeeded(): Promise<boolean> {
  if (await Setting.exists({ _id: MARK })) return false;
  const found = await Promise.all([
    Product.exists({ source: { $ne: 'seed' } }),
    Customer.exists({ source: { $ne: 'seed' } }),
    Order.exists({ source: { $ne: 'seed' } }),
    Deal.exists({ _id: { $not: /^d_town_/ } }),
  ]);
  return found.every((row) => row === null);
}

const customerOf = ({ customer }: TownPerson) => customer;

function productRows(now: Date): ProductDoc[] {
  const rest = { currency: 'INR', market: 'IN', source: 'seed' as const, createdAt: now };
  return TOWN_PRODUCTS.map(({ sku, ...product }) => ({ _id: sku, ...product, ...rest }));
}

async function insertMissing<Row extends { _id: string }>(model: Model<Row>, rows: readonly Row[]): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    try {
      await nativeCollection(model).insertMany(batch as never, { ordered: false });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
