import { beforeEach, describe, expect, it } from 'vitest';
import { orderById } from '#domain/orders';
import { claimUpi } from '#domain/payments';
import { runRefunds } from '#domain/refunds';
import type { Reserved } from '#domain/teams';
import { Audit } from '#models/audit';
import type { DealDoc } from '#models/deal';
import { useDatabase } from '#test/support/database';
import { type Market, someCustomer, someDeal, testMarket } from '#test/support/market';
import { shopping } from '#test/support/shopping';
import { toliOver } from '#test/support/toli';

const database = useDatabase();
const MINUTE = 60_000;
let market: Market;
let deal: DealDoc;
let seat: Reserved;
const toli = toliOver(() => market.deps);
const audits = () => Audit.find().sort({ at: 1 }).lean();
const sends = (reference: string) =>
  claimUpi(market.deps, { commandId: `claim-${reference}`, orderId: seat.orderId, reference });

beforeEach(async () => {
  await database.clear();
  market = testMarket();
  for (const id of ['asha', 'bina']) await someCustomer(market, id);
  deal = await someDeal(market, { size: 2 });
  seat = await shopping(market).start('asha', deal, { method: 'upi' });
  market.clock.advance(10 * MINUTE);
});

describe('pay queue', () => {
  it('lists what waits with the command that settles it', async () => {
    await sends('412345678901');
    const { result, lines } = await toli('pay', 'queue');
    const waits = { queue: 'claim', reference: '412345678901', orderCode: seat.orderCode, amount: 99_00 };
    expect(result).toMatchObject([waits]);
    expect(lines).toContain('₹99');
    expect(lines).toContain('since Sun, 22 Nov 2026, 11:40 GMT+5:30');
    expect(lines).toContain('toli pay confirm 412345678901 AMOUNT --paid-at');
    expect(await audits()).toEqual([]);
  });

  it('says when nothing waits', async () => {
    expect(await toli('pay', 'queue')).toMatchObject({ code: 0, result: [], lines: 'Nothing waits.' });
  });
});

describe('pay confirm', () => {
  const AT = ['--paid-at', '2026-11-22 11:35'];

  it("books money under a sent reference with the bank's own time, in one audit row", async () => {
    await sends('412345678901');
    const { code, result, lines } = await toli('pay', 'confirm', '4123 4567 8901', '₹99', ...AT);
    expect([code, result, lines]).toEqual([0, { kind: 'recorded', row: 'paid-in-time' }, 'Booked: the seat is paid.']);
    expect((await orderById(seat.orderId))?.state).toBe('paid');
    expect(await audits()).toMatchObject([
      { verb: 'pay confirm', target: 'upi:412345678901', ok: true, before: { amount: 99_00, currency: 'INR' } },
    ]);
    expect((await audits())[0]?.before).toMatchObject({ paidAt: new Date('2026-11-22T06:05:00Z') });
    const again = await toli('pay', 'confirm', '412345678901', '99', ...AT);
    expect([again.code, again.result]).toEqual([0, { kind: 'repeated', row: 'already-recorded' }]);
  });

  it('takes the code of the order where one reference was sent for it', async () => {
    await sends('412345678901');
    const outcome = await toli('pay', 'confirm', seat.orderCode, '99', ...AT);
    expect(outcome).toMatchObject({ code: 0, result: { row: 'paid-in-time' } });
  });

  it('refuses the order when no reference, or several, were sent for it', async () => {
    const none = await toli('pay', 'confirm', seat.orderCode, '99', ...AT);
    expect(none).toMatchObject({ code: 1, result: { kind: 'unknown' } });
    await sends('412345678901');
    await sends('412345678902');
    const several = await toli('pay', 'confirm', seat.orderCode, '99', ...AT);
    expect(several).toMatchObject({ code: 1, result: { kind: 'ambiguous' } });
    expect(await audits()).toMatchObject([{ ok: false }, { ok: false }]);
  });

  it('books money that nobody sent a reference for to the order it is said to be for', async () => {
    const outcome = await toli('pay', 'confirm', '412345678909', '99', ...AT, '--order', seat.orderCode);
    expect(outcome).toMatchObject({ code: 0, result: { row: 'paid-in-time' } });
  });

  it('says what becomes of a wrong amount and of unknown money', async () => {
    await sends('412345678901');
    const wrong = await toli('pay', 'confirm', '412345678901', '50', ...AT);
    expect([wrong.code, wrong.lines]).toEqual([0, expect.stringContaining('goes back whole')]);
    const unknown = await toli('pay', 'confirm', '412345678999', '70', ...AT);
    expect([unknown.code, unknown.lines]).toEqual([0, expect.stringContaining('stays in the queue')]);
    const queue = (await toli('pay', 'queue')).result as { queue: string }[];
    expect(queue.map((row) => row.queue).sort()).toEqual(['amount-mismatch', 'suspense']);
  });

  it.each([
    ['an amount that is none', ['412345678901', 'much', ...AT], 2, 'is not an amount'],
    ['a time that is none', ['412345678901', '99', '--paid-at', 'yesterday'], 2, 'is not a time'],
    ['a time that has not been', ['412345678901', '99', '--paid-at', '2026-11-22 18:00'], 2, 'has not been yet'],
    ['a reference that is none, for an order', ['41234', '99', ...AT, '--order', 'ANY'], 2, '12 digits'],
    ['an unknown order', ['ZZZZZZZ', '99', ...AT], 1, 'no order "ZZZZZZZ"'],
  ])('refuses %s and books nothing', async (_what, words, code, said) => {
    const outcome = await toli('pay', 'confirm', ...words);
    expect(outcome).toMatchObject({ code, result: null, errors: expect.stringContaining(said) });
    expect(await audits()).toEqual([]);
  });
});

describe('refund list and done', () => {
  /** Both pay, the leader's purchase is taken back, and UPI can only be sent back by hand. */
  async function refundWaits(): Promise<string> {
    await sends('412345678901');
    await toli('pay', 'confirm', '412345678901', '99', '--paid-at', '2026-11-22 11:35');
    const other = await shopping(market).join('bina', seat, deal);
    await shopping(market).pay(other);
    await toli('orders', 'refund', seat.orderCode);
    await runRefunds(market.deps);
    await Audit.deleteMany({});
    return 'refund:upi:412345678901';
  }

  it('lists what the operator has to transfer and by when it was promised', async () => {
    const refundId = await refundWaits();
    const { result, lines } = await toli('refund', 'list');
    expect(result).toMatchObject([{ refundId, queue: 'refund-manual', amount: 99_00, orderCode: seat.orderCode }]);
    expect(lines).toContain('by Wed, 25 Nov 2026, 11:40 GMT+5:30');
    expect(lines).not.toContain('LATE');
    market.clock.advance(4 * 24 * 60 * MINUTE);
    expect((await toli('refund', 'list')).lines).toContain('LATE, by Wed');
  });

  it('books the transfer by the code of the order, once, in one audit row', async () => {
    const refundId = await refundWaits();
    const done = await toli('refund', 'done', seat.orderCode, '--reference', 'N-5123');
    expect(done).toMatchObject({ code: 0, result: { kind: 'done' } });
    expect((await orderById(seat.orderId))?.state).toBe('refunded');
    const row = { verb: 'refund done', target: refundId, before: { reference: 'N-5123' }, ok: true };
    expect(await audits()).toMatchObject([row]);
    const again = await toli('refund', 'done', refundId, '--reference', 'N-9');
    expect(again).toMatchObject({ code: 1, result: { kind: 'already-done', reference: 'N-5123' } });
    expect(await toli('refund', 'list')).toMatchObject({ code: 0, result: [], lines: 'No refund waits for you.' });
  });

  it.each([
    ['an order without a refund', ['done', 'ZZZZZZZ', '--reference', 'N1'], 1],
    ['an unknown refund', ['done', 'refund:upi:1', '--reference', 'N1'], 1],
    ['an empty reference', ['done', 'refund:upi:1', '--reference', ' '], 2],
    ['no reference', ['done', 'refund:upi:1'], 2],
  ])('refuses %s', async (_what, words, code) => {
    expect(await toli('refund', ...words)).toMatchObject({ code });
  });
});
