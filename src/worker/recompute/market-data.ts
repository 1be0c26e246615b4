import type { Purchases } from '#ml/purchases';

/** Is one market's history as integers: what the arithmetic needs and no name of anybody. */
export interface MarketData {
  readonly market: string;
  readonly customerCount: number;
  readonly itemCount: number;
  /** One entry per distinct (customer, order, product); times in ms. */
  readonly purchases: Purchases;
  /** Per customer: ms of the last order, number of orders, money spent in minor units. */
  readonly lastOrder: Float64Array;
  readonly orderCount: Float64Array;
  readonly spent: Float64Array;
  /** Products that are for sale as deals now; they are ranked for everyone, at whatever place. */
  readonly dealItems: Int32Array;
}

/** Holds the names behind the integers of one market; index = integer. */
export interface MarketNames {
  readonly customers: readonly string[];
  readonly products: readonly string[];
}

/** Is one order as the history needs it. */
export interface HistoryOrder {
  readonly customerId: string;
  readonly at: number;
  readonly total: number;
  readonly productIds: readonly string[];
}

/** Gathers orders of one market and turns them into integers by code-point order of the ids, whatever order they come in. */
export class MarketCollector {
  readonly #market: string;
  readonly #customers = new Map<string, number>();
  readonly #products = new Map<string, number>();
  readonly #customerOf: number[] = [];
  readonly #itemOf: number[] = [];
  readonly #orderOf: number[] = [];
  readonly #timeOf: number[] = [];
  readonly #facts: { last: number; orders: number; spent: number }[] = [];
  #orders = 0;

  constructor(market: string) {
    this.#market = market;
  }

  /** Takes one order into account; a product on several lines counts once. */
  add({ customerId, at, total, productIds }: HistoryOrder): void {
    const customer = indexIn(this.#customers, customerId);
    const order = this.#orders++;
    const facts = this.#facts[customer] ?? { last: at, orders: 0, spent: 0 };
    this.#facts[customer] = { last: Math.max(facts.last, at), orders: facts.orders + 1, spent: facts.spent + total };
    for (const productId of new Set(productIds)) {
      this.#customerOf.push(customer);
      this.#itemOf.push(indexIn(this.#products, productId));
      this.#orderOf.push(order);
      this.#timeOf.push(at);
    }
  }

  /** Ends the gathering. `dealProducts` that nobody bought yet are left out. */
  finish(dealProducts: readonly string[]): { data: MarketData; names: MarketNames } {
    const customers = sorted(this.#customers);
    const products = sorted(this.#products);
    const facts = customers.names.map((name) => this.#facts[this.#customers.get(name)!]!);
    const dealItems = dealProducts.flatMap((id) => {
      const found = this.#products.get(id);
      return found === undefined ? [] : [products.place[found]!];
    });
    const data = {
      market: this.#market,
      customerCount: customers.names.length,
      itemCount: products.names.length,
      purchases: {
        customers: Int32Array.from(this.#customerOf, (c) => customers.place[c]!),
        items: Int32Array.from(this.#itemOf, (i) => products.place[i]!),
        invoices: Int32Array.from(this.#orderOf),
        times: Float64Array.from(this.#timeOf),
      },
      lastOrder: Float64Array.from(facts, ({ last }) => last),
      orderCount: Float64Array.from(facts, ({ orders }) => orders),
      spent: Float64Array.from(facts, ({ spent }) => spent),
      dealItems: Int32Array.from(new Set(dealItems)).sort(),
    };
    return { data, names: { customers: customers.names, products: products.names } };
  }
}

function indexIn(indices: Map<string, number>, id: string): number {
  const known = indices.get(id);
  if (known !== undefined) return known;
  indices.set(id, indices.size);
  return indices.size - 1;
}

function sorted(indices: ReadonlyMap<string, number>): { names: string[]; place: Int32Array } {
  const names = [...indices.keys()].sort((a, b) => (a < b ? -1 : 1));
  const place = new Int32Array(names.length);
  names.forEach((name, i) => {
    place[indices.get(name)!] = i;
  });
  return { names, place };
}
