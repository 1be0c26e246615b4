import { beforeEach, describe, expect, it } from 'vitest';
import { dealByNumber } from '#domain/deals';
import { Audit } from '#models/audit';
import { Deal } from '#models/deal';
import { Product } from '#models/product';
import { useDatabase } from '#test/support/database';
import { type Market, someDeal, testMarket } from '#test/support/market';
import { toliOver } from '#test/support/toli';

const database = useDatabase();
let market: Market;
const toli = toliOver(() => market.deps);
const audits = () => Audit.find().lean();

beforeEach(async () => {
  await database.clear();
  market = testMarket();
  await someDeal(market);
});

describe('deal add', () => {
  const ADD = ['deal', 'add', '--product', 'potato-5kg', '--size', '4', '--team-price', '₹99', '--stock', '80'];

  it('offers a deal on what is sold, with sensible defaults, in one audit row', async () => {
    const { code, result, lines } = await toli(...ADD);
    expect(code).toBe(0);
    expect(result).toMatchObject({
      number: 2,
      state: 'live',
      size: 4,
      teamPrice: 99_00,
      soloPrice: 140_00,
      currency: 'INR',
      windowMs: 24 * 3_600_000,
      endsAt: '2026-11-29T06:00:00.000Z',
      stock: { total: 80, free: 80, sold: 0 },
      cod: false,
      pinCodes: [],
    });
    expect(lines).toContain('DEAL 2 is on offer');
    expect(lines).toContain('team of 4 ₹99 · alone ₹140');
    expect(lines).toContain('ends Sun, 29 Nov 2026, 11:30 GMT+5:30');
    expect(await audits()).toMatchObject([{ verb: 'deal add', target: 'potato-5kg', ok: true, after: { number: 2 } }]);
    expect((await dealByNumber(market.deps, 2))?.product._id).toBe('potato-5kg');
  });

  it('takes every term that can be given', async () => {
    const terms =
      '--cod --new-customers --hours 12 --ends 2026-11-25 --units 2 --max 4 --pin 333001,333011 --solo-price 150';
    const { result } = await toli(...ADD, ...terms.split(' '));
    expect(result).toMatchObject({
      cod: true,
      newCustomersOnly: true,
      windowMs: 12 * 3_600_000,
      endsAt: '2026-11-25T18:30:00.000Z',
      unitsPerSeat: 2,
      maxUnitsPerCustomer: 4,
      pinCodes: ['333001', '333011'],
      soloPrice: 150_00,
    });
  });

  it('adds a new product with its deal', async () => {
    const { code, result } = await toli(
      ...['deal', 'add', '--name', 'Steel bottle, 1 l', '--name-hi', 'स्टील बोतल', '--category', 'kitchen'],
      ...['--solo-price', '499', '--team-price', '379', '--size', '3', '--stock', '30', '--ends', '3d'],
    );
    expect([code, result]).toMatchObject([0, { productId: 'steel-bottle-1-l', product: 'Steel bottle, 1 l' }]);
    const product = await Product.findById('steel-bottle-1-l').lean();
    expect(product).toMatchObject({
      names: { hi: 'स्टील बोतल' },
      soloPrice: 499_00,
      currency: 'INR',
      source: 'operator',
    });
    expect(await audits()).toHaveLength(1);
  });

  it('takes a ladder instead of a team price', async () => {
    const words = ADD.map((word) =>
      word === '--team-price' ? '--ladder' : word === '₹99' ? '2:130,3:120,4:99.50' : word,
    );
    const { result, lines } = await toli(...words);
    expect(result).toMatchObject({
      teamPrice: 130_00,
      ladder: [
        { members: 2, unitPrice: 130_00 },
        { members: 3, unitPrice: 120_00 },
        { members: 4, unitPrice: 99_50 },
      ],
    });
    expect(lines).toContain('2+ ₹130, 3+ ₹120, 4+ ₹99.50');
  });

  const change = (name: string, ...values: string[]) => [
    ...ADD.filter((_, i) => ADD[i] !== name && ADD[i - 1] !== name),
    ...values,
  ];
  it.each([
    ['an amount that is none', change('--team-price', '--team-price', 'cheap'), 'is not an amount in INR'],
    ['no price', change('--team-price'), '--team-price'],
    ['a team price above the solo price', change('--team-price', '--team-price', '150'), 'below the solo price'],
    ['an unknown product', change('--product', '--product', 'gold'), 'There is no product "gold"'],
    ['no product', change('--product'), '--product SKU'],
    ['a new product without its price', change('--product', '--name', 'Gold'), '--solo-price'],
    ['a product that is there already', [...ADD, '--name', 'Potatoes'], 'is there already'],
    ['too little stock for one team', change('--stock', '--stock', '3'), 'not enough for one'],
    ['an end that is no time', [...ADD, '--ends', 'soon'], 'is not a time'],
    ['an end in the past', [...ADD, '--ends', '2026-11-20'], 'over already'],
    ['a ladder that goes up in price', change('--team-price', '--ladder', '2:90,3:120'), 'down in price'],
    ['a ladder beyond the size', change('--team-price', '--ladder', '2:120,5:90'), 'goes up to --size 4'],
    ['a ladder that is none', change('--team-price', '--ladder', 'cheaper'), 'no rung of a ladder'],
    ['a pin code that is none', [...ADD, '--pin', '!'], 'is not a pin code'],
    [
      'a market nobody set up',
      change('--product', '--name', 'Gold', '--solo-price', '200', '--market', 'XX'),
      'Markets: IN',
    ],
  ])('refuses %s, says what to type, and changes nothing', async (_what, words, said) => {
    const { code, errors, result } = await toli(...words);
    expect([code, result]).toEqual([2, null]);
    expect(errors).toContain(said);
    expect(await Deal.countDocuments()).toBe(1);
    expect(await Product.countDocuments()).toBe(1);
    expect(await audits()).toEqual([]);
  });
});

describe('deal stop', () => {
  it('takes no new teams, in one audit row, and says so when it was stopped before', async () => {
    const first = await toli('deal', 'stop', '1');
    expect(first).toMatchObject({ code: 0, result: { number: 1, was: 'live', state: 'stopped' } });
    const again = await toli('deal', 'stop', 'deal 1');
    expect([again.code, again.lines]).toEqual([0, 'DEAL 1 was stopped already.']);
    expect(await audits()).toMatchObject([{ verb: 'deal stop', ok: true }, { ok: true }]);
  });

  it('refuses an unknown deal', async () => {
    expect(await toli('deal', 'stop', '77')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('no deal "77"'),
    });
    expect(await audits()).toEqual([]);
  });
});

describe('deal list', () => {
  it('lists what is on offer, and all on demand', async () => {
    await toli('deal', 'add', '--product', 'potato-5kg', '--size', '2', '--team-price', '99', '--stock', '10');
    await toli('deal', 'stop', '1');
    expect((await toli('deal', 'list')).result).toMatchObject([{ number: 2, product: 'Potatoes 5 kg' }]);
    const all = await toli('deal', 'list', '--all', '--json');
    expect(all.result).toMatchObject([{ number: 2 }, { number: 1, state: 'stopped', stock: { free: 100 } }]);
    market.clock.advance(8 * 24 * 3_600_000);
    expect((await toli('deal', 'list')).lines).toBe('No deal is on offer.');
  });
});
