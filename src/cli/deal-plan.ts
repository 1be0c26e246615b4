import type { NewDeal } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { productById } from '#domain/products';
import { KNOWN_MARKETS } from '#domain/rules';
import type { ProductDoc } from '#models/product';
import { UsageError } from './cli-error.ts';
import { readAmount } from './read-amount.ts';
import { readInstant } from './read-instant.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_DAYS = 7;

/** Is what `toli deal add` was told; amounts and times as typed. */
export interface DealFlags {
  readonly product?: string;
  readonly name?: string;
  readonly nameHi?: string;
  readonly category: string;
  readonly artwork?: string;
  readonly market: string;
  readonly size: number;
  readonly teamPrice?: string;
  readonly soloPrice?: string;
  readonly ladder?: string;
  readonly hours?: number;
  readonly stock: number;
  readonly units?: number;
  readonly max?: number;
  readonly pin?: readonly string[];
  readonly cod?: boolean;
  readonly newCustomers?: boolean;
  readonly ends?: string;
}

/** Is a deal ready to be added; `newProduct` comes first when it is not sold yet. */
export interface DealPlan {
  readonly newProduct?: Omit<ProductDoc, 'source' | 'createdAt'>;
  readonly deal: NewDeal;
}

/** Makes of flags what will be added. Throws a UsageError that says what is missing or does not fit. */
export async function planDeal(deps: Deps, flags: DealFlags): Promise<DealPlan> {
  const sku = flags.product ?? skuOf(flags.name);
  const known = await productById(sku);
  if (known && flags.name)
    throw new UsageError(`The product "${sku}" is there already. Leave --name out and give --product ${sku}.`);
  const newProduct = known ? null : newProductOf(deps, sku, flags);
  const product = known ?? newProduct;
  if (!product) throw new UsageError(`There is no product "${sku}". Give --name and --solo-price to add it.`);
  const deal = dealOf(deps, product, flags);
  refuseSenseless(deal, product.soloPrice);
  return { deal, ...(newProduct ? { newProduct } : {}) };
}

function skuOf(name: string | undefined): string {
  const sku = (name ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (sku) return sku;
  throw new UsageError('Say what is sold: --product SKU of something known, or --name "Wheat flour 5 kg".');
}

function newProductOf(deps: Deps, sku: string, flags: DealFlags): DealPlan['newProduct'] | null {
  const { name, nameHi, category, soloPrice, market } = flags;
  if (!name) return null;
  if (!soloPrice) throw new UsageError('A new product needs --solo-price: what one costs alone.');
  if (!KNOWN_MARKETS.includes(market))
    throw new UsageError(`There is no market "${market}". Markets: ${KNOWN_MARKETS.join(', ')}.`);
  const { currency } = deps.rulesOf(market);
  return {
    _id: sku,
    names: { en: name, ...(nameHi ? { hi: nameHi } : {}) },
    category,
    artwork: flags.artwork ?? sku,
    soloPrice: readAmount(soloPrice, currency),
    currency,
    market,
  };
}

function dealOf(deps: Deps, product: NonNullable<DealPlan['newProduct']>, flags: DealFlags): NewDeal {
  const { currency, market } = product;
  const now = deps.clock.now();
  const ladder = ladderOf(flags, currency);
  const price = ladder ? Math.max(...ladder.map(({ unitPrice }) => unitPrice)) : undefined;
  if (price === undefined && !flags.teamPrice) throw new UsageError('Say what one costs in a team: --team-price.');
  const ends = readInstant(flags.ends ?? `${DEFAULT_DAYS}d`, deps.rulesOf(market).zone, now, { ends: true });
  if (ends <= now) throw new UsageError(`"${flags.ends}" is over already. A deal ends in the future.`);
  return {
    productId: product._id,
    size: flags.size,
    teamPrice: price ?? readAmount(flags.teamPrice ?? '', currency),
    ...(flags.soloPrice ? { soloPrice: readAmount(flags.soloPrice, currency) } : {}),
    ...(ladder ? { ladder } : {}),
    ...(flags.hours ? { windowMs: flags.hours * HOUR_MS } : {}),
    endsAt: ends,
    stock: flags.stock,
    ...(flags.units ? { unitsPerSeat: flags.units } : {}),
    ...(flags.max ? { maxUnitsPerCustomer: flags.max } : {}),
    pinCodes: flags.pin ?? [],
    cod: flags.cod ?? false,
    newCustomersOnly: flags.newCustomers ?? false,
  };
}

/** Reads `2:1449,3:1349`: from so many members on, each pays so much. */
function ladderOf({ ladder, size }: DealFlags, currency: string): { members: number; unitPrice: number }[] | null {
  if (!ladder) return null;
  const rungs = ladder.split(',').map((rung) => {
    const [, members, price] = /^\s*(\d{1,2})\s*:(.+)$/.exec(rung) ?? [];
    if (!members || !price) throw new UsageError(`"${rung}" is no rung of a ladder. Write --ladder 2:1449,3:1349.`);
    return { members: Number(members), unitPrice: readAmount(price, currency) };
  });
  const climbs = rungs.every(({ members, unitPrice }, index) => {
    const below = rungs[index - 1];
    return members >= 2 && members <= size && (!below || (below.members < members && below.unitPrice > unitPrice));
  });
  if (!climbs) throw new UsageError(`A ladder goes up to --size ${size} in members and down in price: ${ladder}.`);
  return rungs;
}

function refuseSenseless(deal: NewDeal, productPrice: number): void {
  const { size, stock, unitsPerSeat = 1, teamPrice, soloPrice = productPrice } = deal;
  if (teamPrice >= soloPrice) throw new UsageError('The team price must be below the solo price.');
  if (stock < size * unitsPerSeat)
    throw new UsageError(`A team needs ${size * unitsPerSeat} units; --stock ${stock} is not enough for one.`);
}
