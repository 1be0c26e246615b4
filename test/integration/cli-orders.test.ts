import { beforeEach, describe, expect, it } from 'vitest';
import { orderById } from '#domain/orders';
import type { Reserved } from '#domain/teams';
import { Audit } from '#models/audit';
import { Customer } from '#models/customer';
import type { DealDoc } from '#models/deal';
import { Interaction } from '#models/interaction';
import { Order } from '#models/order';
import { useDatabase } from '#test/support/database';
import { type Market, someCustomer, someDeal, testMarket } from '#test/support/market';
import { shopping } from '#test/support/shopping';
import { toliOver } from '#test/support/toli';

const database = useDatabase();
const DAY = 86_400_000;
const place = { kind: 'address', text: 'House 4, Gandhi Chowk', pinCode: '333001' } as const;
let market: Market;
let deal: DealDoc;
let asha: Reserved;
let bina: Reserved;
const toli = toliOver(() => market.deps);
const audits = () => Audit.find().sort({ at: 1 }).lean();

beforeEach(async () => {
  await database.clear();
  market = testMarket();
  for (const id of ['asha', 'bina', 'chetan']) await someCustomer(market, id);
  deal = await someDeal(market, { size: 2 });
  const shop = shopping(market);
  asha = await shop.start('asha', deal, { place });
  await shop.pay(asha);
  bina = await shop.join('bina', asha, deal, { method: 'cod', place });
  await shop.agree(bina);
});

describe('orders deliver', () => {
  it('starts the return window by the code people read out, once, in one audit row without her address', async () => {
    const { code, result, lines } = await toli('orders', 'deliver', asha.orderCode.toLowerCase());
    expect(code).toBe(0);
    expect(result).toEqual({
      kind: 'delivered',
      order: asha.orderCode,
      deliveredAt: '2026-11-22T06:00:00.000Z',
      returnUntil: '2026-11-25T06:00:00.000Z',
    });
    expect(lines).toContain('can be returned until Wed, 25 Nov 2026, 11:30 GMT+5:30');
    const rows = await audits();
    expect(rows).toMatchObject([{ verb: 'orders deliver', target: asha.orderId, ok: true }]);
    expect(JSON.stringify(rows)).not.toContain('Gandhi');
    expect((await orderById(asha.orderId))?.fulfilment.state).toBe('delivered');
    market.clock.advance(DAY);
    const again = await toli('orders', 'deliver', asha.orderId);
    expect([again.code, again.result]).toEqual([0, result]);
    expect(await Interaction.countDocuments({ kind: 'deliver' })).toBe(1);
  });

  it('refuses what nobody has bought yet, and what does not exist', async () => {
    const waits = await shopping(market).start('chetan', deal);
    const refused = await toli('orders', 'deliver', waits.orderCode);
    expect(refused).toMatchObject({ code: 1, result: { kind: 'not-confirmed', state: 'placed' } });
    expect(await audits()).toMatchObject([{ verb: 'orders deliver', ok: false }]);
    expect(await toli('orders', 'deliver', 'NOPE')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('"NOPE"'),
    });
    expect(await audits()).toHaveLength(1);
  });
});

describe('orders refund', () => {
  it('sends the money home', async () => {
    const { code, result, lines } = await toli('orders', 'refund', asha.orderCode, '--reason', 'broken');
    expect([code, result]).toEqual([0, { kind: 'refunding', amount: 99_00, order: asha.orderCode, currency: 'INR' }]);
    expect(lines).toContain('₹99 goes back');
    const row = { verb: 'orders refund', target: asha.orderId, before: { reason: 'broken' }, ok: true };
    expect(await audits()).toMatchObject([row]);
  });

  it('releases an order whose cash nobody collected', async () => {
    const outcome = await toli('orders', 'refund', bina.orderCode);
    expect(outcome).toMatchObject({ code: 0, result: { kind: 'released' } });
    expect((await orderById(bina.orderId))?.state).toBe('released');
  });

  it('refuses an order whose team has not succeeded', async () => {
    const waits = await shopping(market).start('chetan', deal);
    const outcome = await toli('orders', 'refund', waits.orderCode);
    expect(outcome).toMatchObject({ code: 1, result: { kind: 'not-refundable' } });
    expect(outcome.lines).toContain('is placed');
    expect(await audits()).toMatchObject([{ ok: false }]);
  });
});

describe('orders list', () => {
  it('lists by state, by what is to be handed over, and by customer', async () => {
    await shopping(market).start('chetan', deal);
    await toli('orders', 'deliver', asha.orderCode);
    const codesOf = async (...words: string[]) =>
      ((await toli('orders', 'list', ...words)).result as { code: string }[]).map(({ code }) => code).sort();
    expect(await codesOf()).toHaveLength(3);
    expect(await codesOf('--state', 'confirmed')).toEqual([asha.orderCode, bina.orderCode].sort());
    expect(await codesOf('--to-deliver')).toEqual([bina.orderCode]);
    expect(await codesOf('--customer', 'asha')).toEqual([asha.orderCode]);
    expect(await codesOf('--last', '1')).toHaveLength(1);
    expect((await toli('orders', 'list', '--to-deliver')).lines).toContain('House 4, Gandhi Chowk 333001');
    expect(await audits()).toHaveLength(1);
  });

  it("lists a customer's imported orders, but not everybody's", async () => {
    await Customer.updateOne({ _id: 'chetan' }, { $set: { importId: 'shop:1' } });
    const order = await orderById(asha.orderId);
    await Order.create({ ...order, _id: 'o_old', code: 'OLD', customerId: 'chetan', source: 'import' });
    expect((await toli('orders', 'list', '--customer', 'shop:1')).result).toMatchObject([{ code: 'OLD' }]);
    expect((await toli('orders', 'list')).lines).not.toContain('OLD');
  });

  it('does not know other states, nor other customers', async () => {
    expect(await toli('orders', 'list', '--state', 'lost')).toMatchObject({ code: 2 });
    expect(await toli('orders', 'list', '--customer', 'nobody')).toMatchObject({ code: 1 });
  });
});
