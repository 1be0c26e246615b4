import { makeCode } from '#domain/codes';
import { customerForAddress } from '#domain/customers';
import type { Deps } from '#domain/deps';
import { newId } from '#lib/random';
import type { CustomerDoc } from '#models/customer';
import { Order, type OrderDoc } from '#models/order';
import { Product } from '#models/product';
import { Team, type TeamDoc } from '#models/team';

let phones = 0;

/** Makes a customer who just wrote for the first time, from a number nobody else has. */
export async function somebody(deps: Deps, name?: string, channel = 'simulator'): Promise<CustomerDoc> {
  phones += 1;
  const address = `+91987650${String(phones).padStart(4, '0')}`;
  const customer = await customerForAddress(deps, { channel, address, at: deps.clock.now() });
  return name ? { ...customer, name } : customer;
}

/** Stores a team with nothing in it but what other rows refer to. */
export async function storedTeam(deps: Deps, leaderId: string, kind: TeamDoc['kind'] = 'team'): Promise<TeamDoc> {
  const team: TeamDoc = {
    _id: newId('t', deps.random),
    code: makeCode(deps.random),
    dealId: 'd_tea',
    productId: 'tea',
    market: 'IN',
    currency: 'INR',
    kind,
    size: kind === 'solo' ? 1 : 2,
    unitPrice: 150_00,
    soloPrice: 200_00,
    ladder: [],
    unitsPerSeat: 1,
    maxUnitsPerCustomer: 1,
    newCustomersOnly: false,
    unitsHeld: 2,
    leaderId,
    state: 'open',
    seats: [],
    past: [],
    free: 2,
    counted: 0,
    codFree: 1,
    refused: [],
    refusedPayments: [],
    rev: 1,
    events: [],
    windowMs: 0,
    graceMs: 0,
    proofGraceMs: 0,
    dealEndsAt: deps.clock.now(),
    createdAt: deps.clock.now(),
  };
  await Team.create(team);
  return team;
}

/** Stores a paid order of ₹150 for tea in a team; `change` says what is different. */
export async function storedOrder(
  deps: Deps,
  customerId: string,
  teamId: string,
  change: Partial<OrderDoc> = {},
): Promise<OrderDoc> {
  const now = deps.clock.now();
  const order: OrderDoc = {
    _id: newId('o', deps.random),
    code: makeCode(deps.random),
    customerId,
    source: 'chat',
    state: 'paid',
    lines: [{ productId: 'tea', quantity: 1, unitPrice: 150_00 }],
    currency: 'INR',
    market: 'IN',
    total: 150_00,
    credit: 0,
    due: 150_00,
    placedAt: now,
    localDay: now.toISOString().slice(0, 10),
    paidAt: now,
    dealId: 'd_tea',
    teamId,
    method: 'simulated',
    fulfilment: { state: 'none' },
    ...change,
  };
  await Order.create(order);
  return order;
}

/** Changes an order and reads it again. */
export async function changedOrder(id: string, change: { readonly [path: string]: unknown }): Promise<OrderDoc> {
  await Order.updateOne({ _id: id }, { $set: change });
  const order = await Order.findById(id).lean<OrderDoc>();
  if (!order) throw new Error(`there is no order ${id}`);
  return order;
}

/** Stores the product the orders are about. */
export async function storedTea(deps: Deps, category = 'home'): Promise<void> {
  const shared = { artwork: 'tea', soloPrice: 200_00, currency: 'INR', market: 'IN', source: 'seed' as const };
  await Product.create({ _id: 'tea', names: { en: 'Tea' }, category, ...shared, createdAt: deps.clock.now() });
}
