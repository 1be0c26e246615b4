import { makeCode } from '#domain/codes';
import { addDeal, forgetLiveDeals, type NewDeal } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { marketRules, type RuleOverrides } from '#domain/rules';
import type { MovableClock } from '#lib/clock';
import { createLogger } from '#lib/logger';
import { seededRandom } from '#lib/random';
import { Customer, type CustomerDoc } from '#models/customer';
import type { DealDoc } from '#models/deal';
import { Product } from '#models/product';
import { cashOnDelivery } from '#payments/cod';
import { type SimulatedOptions, simulatedPayments } from '#payments/simulated';
import { upiPayments } from '#payments/upi';
import type { PaymentEvent, PaymentMethod, PaymentProvider } from '#ports/payment';

/** Is a clock a test moves by hand; system time moves with it. */
export interface TestClock extends MovableClock {
  advance(ms: number): void;
}

/** Makes a clock that stands still until it is moved. */
export function testClock(start = new Date('2026-11-22T06:00:00Z')): TestClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    system: () => now,
    offset: () => 0,
    adopt: () => undefined,
    advance: (ms) => {
      now += ms;
    },
  };
}

export interface Market {
  readonly deps: Deps;
  readonly clock: TestClock;
}

export interface MarketOptions {
  readonly seed?: number;
  readonly rules?: RuleOverrides;
  readonly refunds?: SimulatedOptions['refunds'];
  readonly methods?: readonly PaymentMethod[];
}

/** Makes the domain's surroundings: a clock to move, replayable chance, all ways to pay. */
export function testMarket(options: MarketOptions = {}): Market {
  const clock = testClock();
  const script = options.refunds ? { refunds: options.refunds } : {};
  const all: readonly PaymentProvider[] = [
    simulatedPayments({ publicUrl: 'http://localhost:3000', now: clock.now, ...script }),
    upiPayments({ vpa: 'shop@bank', name: 'Shop' }),
    cashOnDelivery(),
  ];
  const methods = options.methods ?? ['simulated', 'upi', 'cod'];
  const deps: Deps = {
    clock,
    random: seededRandom(options.seed ?? 7),
    secrets: { pepper: Buffer.alloc(32, 1), key: Buffer.alloc(32, 2) },
    log: createLogger('silent'),
    rulesOf: marketRules(options.rules),
    payments: new Map(all.filter(({ name }) => methods.includes(name)).map((provider) => [provider.name, provider])),
    publicUrl: 'http://localhost:3000',
    botNumber: '910000000000',
  };
  forgetLiveDeals();
  return { deps, clock };
}

/** Adds a deal on a product of its own: three people, 99 instead of 140, a day, a hundred pieces. */
export async function someDeal({ deps, clock }: Market, change: Partial<NewDeal> = {}): Promise<DealDoc> {
  const productId = change.productId ?? 'potato-5kg';
  await Product.updateOne(
    { _id: productId },
    {
      $setOnInsert: {
        names: { en: 'Potatoes 5 kg', hi: 'आलू 5 किलो' },
        category: 'groceries',
        artwork: 'potato',
        soloPrice: 14_000,
        currency: 'INR',
        market: 'IN',
        source: 'seed',
        createdAt: clock.now(),
      },
    },
    { upsert: true },
  );
  const week = new Date(clock.now().getTime() + 7 * 24 * 3600_000);
  return addDeal(deps, { productId, size: 3, teamPrice: 9_900, endsAt: week, stock: 100, cod: true, ...change });
}

/** Adds a customer called by her id. */
export async function someCustomer({ deps, clock }: Market, id: string): Promise<CustomerDoc> {
  const customer: CustomerDoc = {
    _id: id,
    market: 'IN',
    zone: 'Asia/Kolkata',
    language: 'en',
    languageChosen: true,
    name: id,
    addresses: [],
    marketing: false,
    welcomed: true,
    inviteCode: makeCode(deps.random),
    source: 'chat',
    bucket: 1,
    risk: 0,
    createdAt: clock.now(),
  };
  await Customer.create(customer);
  return customer;
}

/** Makes the event of an order's money arriving; whatever is named replaces the honest value. */
export function paid(
  market: Market,
  order: { readonly orderId: string; readonly due: number; readonly currency: string },
  change: Partial<PaymentEvent> = {},
): PaymentEvent {
  const paymentId = change.paymentId ?? `p-${order.orderId}`;
  return {
    provider: 'simulated',
    eventId: `e-${paymentId}-${change.kind ?? 'paid'}`,
    kind: 'paid',
    orderId: order.orderId,
    amount: order.due,
    currency: order.currency,
    paidAt: market.clock.now(),
    ...change,
    paymentId,
  };
}
