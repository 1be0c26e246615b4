import type { DealDoc } from '#models/deal';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Lists the pin codes of the demo town: the market, the old town, and the villages around. */
export const TOWN_PIN_CODES = ['333001', '333011', '333021'] as const;

/** Lists where things can be fetched in the demo town. */
export const TOWN_PICKUP_POINTS = [
  { id: 'sharma', name: 'Sharma Kirana, Gandhi Chowk', pinCode: '333001' },
  { id: 'school', name: 'Sunita Stationers, School Road', pinCode: '333011' },
] as const;

/** Describes a deal of the demo town; prices in rupees for one. */
interface TownDeal {
  readonly sku: string;
  readonly size: number;
  readonly rupees: number;
  readonly hours: number;
  readonly stock: number;
  readonly days: number;
  readonly more?: Partial<DealDoc>;
}

/** Lists the running deals; the order is that of their numbers, from 1. */
const TOWN_DEALS: readonly TownDeal[] = [
  { sku: 'atta', size: 2, rupees: 219, hours: 24, stock: 400, days: 45, more: { maxUnitsPerCustomer: 2 } },
  { sku: 'oil', size: 3, rupees: 255, hours: 24, stock: 300, days: 45, more: { cod: true, maxUnitsPerCustomer: 2 } },
  {
    sku: 'rice',
    size: 3,
    rupees: 349,
    hours: 24,
    stock: 240,
    days: 40,
    more: { pickupPoints: [...TOWN_PICKUP_POINTS], maxUnitsPerCustomer: 3 },
  },
  { sku: 'tea', size: 2, rupees: 229, hours: 12, stock: 200, days: 40 },
  {
    sku: 'pressure-cooker',
    size: 5,
    rupees: 1449,
    hours: 48,
    stock: 60,
    days: 60,
    more: {
      ladder: [
        { members: 2, unitPrice: 1449_00 },
        { members: 3, unitPrice: 1349_00 },
        { members: 5, unitPrice: 1249_00 },
      ],
    },
  },
  { sku: 'sari', size: 4, rupees: 899, hours: 48, stock: 80, days: 50 },
  { sku: 'soap', size: 2, rupees: 99, hours: 24, stock: 120, days: 45, more: { newCustomersOnly: true } },
  { sku: 'phone-case', size: 3, rupees: 199, hours: 24, stock: 150, days: 50, more: { cod: true } },
  { sku: 'school-bag', size: 3, rupees: 599, hours: 36, stock: 90, days: 40, more: { pinCodes: ['333001', '333011'] } },
  { sku: 'ghee', size: 3, rupees: 549, hours: 24, stock: 150, days: 45 },
];

/** Makes the deals of the demo town as they stand at `now`. */
export function townDeals(now: Date, soloPriceOf: ReadonlyMap<string, number>): DealDoc[] {
  return TOWN_DEALS.map((deal, index) => ({
    _id: `d_town_${deal.sku}`,
    number: index + 1,
    productId: deal.sku,
    state: 'live',
    market: 'IN',
    currency: 'INR',
    size: deal.size,
    teamPrice: deal.rupees * 100,
    soloPrice: soloPriceOf.get(deal.sku) ?? deal.rupees * 100,
    ladder: [],
    windowMs: deal.hours * HOUR,
    startsAt: new Date(now.getTime() - DAY),
    endsAt: new Date(now.getTime() + deal.days * DAY),
    unitsPerSeat: deal.more?.maxUnitsPerCustomer ?? 1,
    maxUnitsPerCustomer: 1,
    newCustomersOnly: false,
    pinCodes: [],
    pickupPoints: [],
    cod: false,
    margin: 0.15,
    houseSeatsLeft: 0,
    stock: { total: deal.stock, free: deal.stock, sold: 0, holds: [] },
    createdAt: new Date(now.getTime() - DAY),
    ...deal.more,
  }));
}
