import { createHash } from 'node:crypto';
import { isDuplicateKey, nativeCollection } from '#lib/mongo';
import { derivedId, seededRandom } from '#lib/random';
import { Customer, type CustomerDoc } from '#models/customer';
import { ImportReject, type ImportRejectDoc } from '#models/import-run';
import { Order, type OrderDoc } from '#models/order';
import { Product } from '#models/product';
import { makeCode } from './codes.ts';
import { bucketOf } from './customers.ts';

export type { ImportRejectDoc } from '#models/import-run';
export type { OrderDoc } from '#models/order';

/** Is what an export says about one product. */
export interface ProductFacts {
  readonly code: string;
  /** The description used most often, in sentence case. */
  readonly name: string;
  /** Median price of sale lines in minor units; 0 when it was never sold. */
  readonly price: number;
  readonly category: string;
  readonly artwork: string;
}

/** Is what imported rows have in common. */
export interface ImportPlace {
  readonly kind: string;
  readonly market: string;
  readonly currency: string;
  readonly zone: string;
}

/** Names a customer of an import in our own rows; the same one in every import of that kind. */
export function importedCustomerId(kind: string, customer: string): string {
  return derivedId('c', 'import', kind, customer);
}

/** Inserts customers an export knows, without address and consent; those that are there stay as they are. */
export async function insertCustomers(place: ImportPlace, customers: ReadonlyMap<string, Date>): Promise<void> {
  let missing = new Map(
    [...customers].map(([customer, at]) => [importedCustomerId(place.kind, customer), { customer, at }]),
  );
  // A made code can be taken by chance (one in a hundred for 4,000 customers); the next round makes another.
  for (let round = 0; missing.size > 0; round++) {
    if (round > 20) throw new Error(`import: ${missing.size} customers could not be added.`);
    const rows = [...missing].map(([id, { customer, at }]) => customerRow(place, id, customer, at, round));
    if (await insertIgnoringRepeats(() => nativeCollection(Customer).insertMany(rows, { ordered: false }))) return;
    const there = await Customer.find({ _id: { $in: [...missing.keys()] } }, { _id: 1 }).lean();
    missing = new Map(missing);
    for (const { _id } of there) missing.delete(_id);
  }
}

/** Inserts orders; those that are there stay as they are. */
export async function insertOrders(orders: readonly OrderDoc[]): Promise<void> {
  if (orders.length === 0) return;
  await insertIgnoringRepeats(() => nativeCollection(Order).insertMany([...orders], { ordered: false }));
}

/** Keeps rows that could not be read. */
export async function insertRejects(rejects: readonly ImportRejectDoc[]): Promise<void> {
  if (rejects.length === 0) return;
  await insertIgnoringRepeats(() => nativeCollection(ImportReject).insertMany([...rejects], { ordered: false }));
}

/** Writes products with the names and prices the whole export gives them. */
export async function writeProducts(place: ImportPlace, products: readonly ProductFacts[], at: Date): Promise<void> {
  const updates = products.map(({ code, name, price, category, artwork }) => ({
    updateOne: {
      filter: { _id: code },
      update: {
        $set: { names: { en: name }, category, artwork, soloPrice: price },
        $setOnInsert: {
          currency: place.currency,
          market: place.market,
          source: 'import' as const,
          createdAt: at,
        },
      },
      upsert: true,
    },
  }));
  for (let from = 0; from < updates.length; from += 1000)
    await nativeCollection(Product).bulkWrite(updates.slice(from, from + 1000), { ordered: false });
}

async function insertIgnoringRepeats(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function customerRow(place: ImportPlace, id: string, customer: string, at: Date, round: number): CustomerDoc {
  const seed = createHash('sha256').update(`${id}|${round}`).digest().readUInt32BE(0);
  return {
    _id: id,
    market: place.market,
    zone: place.zone,
    language: 'en',
    languageChosen: false,
    addresses: [],
    marketing: false,
    welcomed: false,
    inviteCode: makeCode(seededRandom(seed)),
    source: 'import',
    importId: `${place.kind}:${customer}`,
    bucket: bucketOf(id),
    risk: 0,
    createdAt: at,
  };
}
