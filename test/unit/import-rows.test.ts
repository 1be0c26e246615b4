import { describe, expect, it } from 'vitest';
import { addLine, type Invoice, isReturn, orderOf } from '#worker/import/invoices';
import { isNoProduct, type Line, placesOf, readDate, readRow } from '#worker/import/online-retail-rows';
import { ProductCounter } from '#worker/import/product-facts';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'.split(',');
const places = placesOf(HEADER)!;
const row = (text: string) => readRow(text.split(','), places);
const GOOD = '536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom';

describe('a row of the export', () => {
  it('becomes a line in pence, with the customer as a plain number', () => {
    expect(row(GOOD)).toEqual({
      kind: 'line',
      line: {
        invoice: '536365',
        code: '85123A',
        description: 'WHITE HANGING HEART',
        quantity: 6,
        at: Date.UTC(2010, 11, 1, 8, 26),
        price: 255,
        customer: '17850',
      },
    });
  });

  it.each([
    ['unknown-customer', GOOD.replace('17850.0', '')],
    ['non-product-code', GOOD.replace('85123A', 'POST')],
    ['non-product-code', GOOD.replace('85123A', 'BANK CHARGES')],
    ['zero-price', GOOD.replace('2.55', '0.0')],
  ])('is left out by the step %s', (step, text) => {
    expect(row(text)).toMatchObject({ kind: 'left-out', step });
  });

  it.each([
    ['has 3 fields', '536365,85123A,WHITE'],
    ['no InvoiceNo', GOOD.replace('536365', '')],
    ['no StockCode', GOOD.replace('85123A', '')],
    ['Quantity "six"', GOOD.replace(',6,', ',six,')],
    ['Quantity "0"', GOOD.replace(',6,', ',0,')],
    ['InvoiceDate "2010-13-01 08:26:00"', GOOD.replace('2010-12-01', '2010-13-01')],
    ['InvoiceDate "2010-02-30 08:26:00"', GOOD.replace('2010-12-01', '2010-02-30')],
    ['UnitPrice "£2"', GOOD.replace('2.55', '£2')],
    ['CustomerID "x"', GOOD.replace('17850.0', 'x')],
  ])('is unreadable when it %s', (reason, text) => {
    expect(row(text)).toEqual({ kind: 'unreadable', reason });
  });

  it('is read by column names in any order, and not at all without them', () => {
    const turned = placesOf([...HEADER].reverse())!;
    expect(readRow(GOOD.split(',').reverse(), turned)).toEqual(row(GOOD));
    expect(placesOf(['InvoiceNo', 'StockCode'])).toBeNull();
  });

  it('may carry dates as the spreadsheet shows them', () => {
    expect(readDate('12/1/2010 8:26')).toBe(readDate('2010-12-01 08:26:00'));
    expect(readDate('yesterday')).toBeNaN();
  });

  it('names products, not postage or fees', () => {
    expect(['85123A', '22423', 'DCGS0058'].map(isNoProduct)).toEqual([false, false, false]);
    expect(['POST', 'M', 'C2', 'DOT'].map(isNoProduct)).toEqual([true, true, true, true]);
  });
});

describe('an invoice', () => {
  const line = (over: Partial<Line> = {}): Line => ({
    invoice: '1',
    code: 'A1',
    description: 'A THING',
    quantity: 2,
    at: 0,
    price: 150,
    customer: '7',
    ...over,
  });
  const context = {
    importRun: 'run',
    market: 'GB',
    currency: 'GBP',
    shiftMs: 7 * 86_400_000,
    customerIdOf: (customer: string) => `c${customer}`,
  };
  const invoiceOf = (...lines: Line[]) => {
    const invoices = new Map<string, Invoice>();
    for (const one of lines) addLine(invoices, one);
    return [...invoices.values()][0]!;
  };

  it('keeps exact repeats as lines of their own, in order', () => {
    const order = orderOf(invoiceOf(line(), line(), line({ code: 'B2' })), context);
    expect(order.lines.map(({ productId }) => productId)).toEqual(['A1', 'A1', 'B2']);
    expect(order).toMatchObject({ _id: 'import:online-retail:1', total: 900, state: 'confirmed', source: 'import' });
    expect(order.placedAt).toEqual(new Date(context.shiftMs));
    expect(order.localDay).toBe('1970-01-08');
  });

  it('that takes goods back is a return of negative total, not a purchase', () => {
    const returned = invoiceOf(line({ invoice: 'C2', quantity: -1 }));
    expect(isReturn(returned)).toBe(true);
    expect(orderOf(returned, context)).toMatchObject({
      total: -150,
      state: 'refunded',
      fulfilment: { state: 'returned' },
    });
  });

  it('refuses a line of somebody else', () => {
    const invoices = new Map<string, Invoice>();
    expect(addLine(invoices, line())).toBe(true);
    expect(addLine(invoices, line({ customer: '8' }))).toBe(false);
  });
});

describe('products of an export', () => {
  it('take the most frequent description, the median sale price and a motif', () => {
    const counter = new ProductCounter();
    const add = (description: string, price: number, quantity = 1) =>
      counter.add({ invoice: '1', code: 'A', description, quantity, at: 0, price, customer: '1' });
    add('RED RETROSPOT MUG', 100);
    add('RED RETROSPOT MUG', 300);
    add('damaged?', 200);
    add('RED RETROSPOT MUG', 9900, -1);
    expect(counter.products()).toEqual([
      { code: 'A', name: 'Red retrospot mug', price: 200, artwork: 'cup', category: 'kitchen' },
    ]);
  });
});
