import { Customer, type CustomerDoc } from '#models/customer';
import { Deal, type DealDoc } from '#models/deal';
import { Order, type OrderDoc } from '#models/order';
import { Product } from '#models/product';

const DAY = 86_400_000;
const PRODUCTS_PER_TASTE = 10;

/** Is a shop of two tastes: half of its customers buy only A-products, the others only B-products. */
export interface SmallShop {
  readonly now: Date;
  readonly customers: readonly string[];
  readonly products: readonly string[];
}

/** Names a customer's taste: even numbers like A, odd ones B. */
export function tasteOf(customerId: string): 'A' | 'B' {
  return Number(customerId.slice(1)) % 2 === 0 ? 'A' : 'B';
}

/**
 * Fills the database with so many customers who can be written to and agreed to marketing, each with four orders in
 * the two months before the last week and, in the last week, one for something she had and something she had not.
 */
export async function makeSmallShop(now: Date, size: number): Promise<SmallShop> {
  const products = ['A', 'B'].flatMap((taste) => range(PRODUCTS_PER_TASTE).map((n) => `${taste}${n}`));
  const customers = range(size).map((n) => `c${n}`);
  await Product.insertMany(products.map((_id, n) => productRow(_id, n, now)));
  await Deal.insertMany(products.map((productId, n) => dealRow(productId, n + 1, now)));
  await Customer.insertMany(customers.map((_id, n) => customerRow(_id, n, now)));
  await Order.insertMany(customers.flatMap((customerId, n) => ordersOf(customerId, n, now)));
  return { now, customers, products };
}

function ordersOf(customerId: string, n: number, now: Date): OrderDoc[] {
  const taste = tasteOf(customerId);
  const product = (k: number) => `${taste}${(Math.floor(n / 2) + k) % PRODUCTS_PER_TASTE}`;
  const before = [60, 45, 30, 15].map((days, k) => [days - (n % 7), [product(0), product(k + 1)]] as const);
  const lately = [(n % 6) + 0.5, [product(0), product(5 + (n % 3))]] as const;
  return [...before, lately].map(([days, lines], k) =>
    orderRow({ _id: `o-${customerId}-${k}`, customerId, lines, placedAt: new Date(now.getTime() - days * DAY) }),
  );
}

/** Makes one confirmed order of single units. */
export function orderRow(order: {
  readonly _id: string;
  readonly customerId: string;
  readonly lines: readonly string[];
  readonly placedAt: Date;
  readonly source?: OrderDoc['source'];
  readonly currency?: string;
}): OrderDoc {
  const { _id, customerId, lines, placedAt, source = 'import', currency = 'GBP' } = order;
  return {
    _id,
    code: _id,
    customerId,
    source,
    state: 'confirmed',
    lines: lines.map((productId) => ({ productId, quantity: 1, unitPrice: 1000 })),
    currency,
    market: 'GB',
    total: lines.length * 1000,
    credit: 0,
    due: 0,
    placedAt,
    localDay: placedAt.toISOString().slice(0, 10),
    paidAt: placedAt,
    confirmedAt: placedAt,
    fulfilment: { state: 'delivered' },
  };
}

function productRow(_id: string, n: number, createdAt: Date) {
  return {
    _id,
    names: { en: `Product ${_id}`, hi: `उत्पाद ${n}` },
    category: 'gifts',
    artwork: 'gift',
    soloPrice: 1000,
    currency: 'GBP',
    market: 'GB',
    source: 'import' as const,
    createdAt,
  };
}

function dealRow(productId: string, number: number, now: Date): DealDoc {
  return {
    _id: `d-${productId}`,
    number,
    productId,
    state: 'live',
    market: 'GB',
    currency: 'GBP',
    size: 3,
    teamPrice: 850,
    soloPrice: 1000,
    ladder: [],
    windowMs: DAY,
    startsAt: new Date(now.getTime() - DAY),
    endsAt: new Date(now.getTime() + 30 * DAY),
    unitsPerSeat: 1,
    maxUnitsPerCustomer: 1,
    newCustomersOnly: false,
    pinCodes: [],
    pickupPoints: [],
    cod: false,
    margin: 0.15,
    houseSeatsLeft: 0,
    stock: { total: 100, free: 100, sold: 0, holds: [] },
    createdAt: now,
  };
}

function customerRow(_id: string, n: number, now: Date): CustomerDoc {
  return {
    _id,
    market: 'GB',
    zone: 'Europe/London',
    language: 'en',
    languageChosen: true,
    addresses: [
      { channel: 'simulator', key: `key-${_id}`, sealed: { iv: '', data: '', tag: '' }, mask: '***', at: now },
    ],
    marketing: true,
    welcomed: true,
    inviteCode: `CODE-${n}`,
    source: 'import',
    bucket: 5000,
    risk: 0,
    createdAt: now,
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
