import { derivedId, type Random } from '#lib/random';
import type { OrderDoc } from '#models/order';
import type { TownPerson } from './people.ts';
import { TOWN_PRODUCTS } from './products.ts';

const DAY = 86_400_000;
/** One order in so many is for something outside the person's taste. */
const STRAY = 0.12;
const localDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' });
const priceOf = new Map(TOWN_PRODUCTS.map(({ sku, soloPrice }) => [sku, soloPrice]));

/** Draws what she buys this time: mostly her own first few things, now and then anything. */
function drawSku({ taste }: TownPerson, random: Random): string {
  if (random.unit() < STRAY) return TOWN_PRODUCTS[Math.floor(random.unit() * TOWN_PRODUCTS.length)]?.sku ?? 'atta';
  const index = Math.floor(random.unit() ** 1.5 * taste.skus.length);
  return taste.skus[index] ?? 'atta';
}

/** Makes the lines of one purchase; the price is what a team paid then, 15 % under solo. */
function drawLines(person: TownPerson, random: Random): OrderDoc['lines'] {
  const count = random.unit() < 0.35 ? 2 : 1;
  const skus = new Set(Array.from({ length: count }, () => drawSku(person, random)));
  return [...skus].map((productId) => ({
    productId,
    quantity: random.unit() < 0.2 ? 2 : 1,
    unitPrice: Math.round(((priceOf.get(productId) ?? 0) * 0.85) / 100) * 100,
  }));
}

function pastOrder(person: TownPerson, ordinal: number, at: Date, random: Random): OrderDoc {
  const lines = drawLines(person, random);
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const { customer } = person;
  return {
    _id: derivedId('o', 'town', customer._id, String(ordinal)),
    code: derivedId('', 'town', customer._id, String(ordinal)).slice(1, 8).toUpperCase(),
    customerId: customer._id,
    source: 'seed',
    state: 'confirmed',
    lines,
    currency: 'INR',
    market: 'IN',
    total,
    credit: 0,
    due: total,
    placedAt: at,
    localDay: localDay.format(at),
    paidAt: at,
    confirmedAt: at,
    ...(customer.place ? { place: customer.place } : {}),
    fulfilment: { state: 'delivered', deliveredAt: new Date(at.getTime() + 2 * DAY) },
  };
}

/** Makes a person's purchases of the last `historyDays` days, oldest first, in her own rhythm. */
export function pastOrders(person: TownPerson, random: Random, now: Date, historyDays: number): OrderDoc[] {
  const orders: OrderDoc[] = [];
  const until = Math.min(historyDays - 3, person.leftAfterDays);
  let day = random.unit() * person.everyDays;
  while (day < until) {
    const at = new Date(now.getTime() - (historyDays - day) * DAY);
    orders.push(pastOrder(person, orders.length, at, random));
    day += person.everyDays * (0.7 + 0.6 * random.unit());
  }
  return orders;
}
