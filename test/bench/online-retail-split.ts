import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { Purchases } from '#ml/purchases';

/** Holds one CSV line of the UCI Online Retail export, as text. */
interface Line {
  readonly InvoiceNo: string;
  readonly StockCode: string;
  readonly Quantity: string;
  readonly InvoiceDate: string;
  readonly UnitPrice: string;
  readonly CustomerID: string;
}

/** Holds the temporal split: training purchases with ids from 0, and each test customer's items. */
export interface RetailSplit {
  readonly train: Purchases;
  readonly customerCount: number;
  readonly itemCount: number;
  /** Sale lines before several lines of one (customer, invoice, item) became one purchase. */
  readonly trainLines: number;
  /** Stock codes by item id, in code-point order. */
  readonly codes: readonly string[];
  /** Items seen in training that a customer seen in training bought in the test window. */
  readonly test: ReadonlyMap<number, ReadonlySet<number>>;
}

const DAY_MS = 86_400_000;
const TEST_START = Date.UTC(2011, 10, 1);

/** Counts popularity over the last 30 days of training: from 2011-10-02, in milliseconds since 1970. */
export const RECENT_START = TEST_START - 30 * DAY_MS;

/**
 * Reads the export (by-day-csv.tar.gz, a folder of daily CSVs, or one CSV) and splits it at 2011-11-01:
 * customer known, quantity and price above 0, no cancellation, no code that is letters only.
 */
export async function readRetailSplit(path: string): Promise<RetailSplit> {
  const lines: Sale[] = [];
  for (const open of sources(path)) {
    const { text, finished } = open();
    for await (const line of text.pipe(parse({ columns: true, relax_quotes: true })) as AsyncIterable<Line>) {
      const sale = saleOf(line);
      if (sale) lines.push(sale);
    }
    await finished;
  }
  return splitSales(lines);
}

interface Sale {
  readonly customer: string;
  readonly invoice: string;
  readonly code: string;
  readonly time: number;
}

/** Holds a text being read and what fails when it did not come whole. */
interface Source {
  readonly text: Readable;
  readonly finished?: Promise<void>;
}

function sources(path: string): (() => Source)[] {
  if (path.endsWith('.tar.gz')) return [() => unpack(path)];
  const file = (name: string) => () => ({ text: createReadStream(name) });
  if (!statSync(path).isDirectory()) return [file(path)];
  const names = readdirSync(path).filter((name) => name.endsWith('.csv'));
  return names.sort().map((name) => file(join(path, name)));
}

function unpack(path: string): Source {
  const tar = spawn('tar', ['-xzOf', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const finished = once(tar, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`tar ended with ${code}: ${path} is not whole`);
  });
  return { text: tar.stdout, finished };
}

/** Reads a sale, or nothing for returns, unknown customers, charges and the header lines between joined files. */
function saleOf(line: Line): Sale | undefined {
  const kept =
    line.CustomerID !== '' &&
    Number(line.Quantity) > 0 &&
    Number(line.UnitPrice) > 0 &&
    !line.InvoiceNo.startsWith('C') &&
    !/^[A-Za-z]+$/.test(line.StockCode);
  if (!kept) return undefined;
  const time = Date.parse(`${line.InvoiceDate.replace(' ', 'T')}Z`);
  return { customer: line.CustomerID, invoice: line.InvoiceNo, code: line.StockCode, time };
}

function splitSales(sales: readonly Sale[]): RetailSplit {
  const trainSales = sales.filter(({ time }) => time < TEST_START);
  const codes = numbered(trainSales.map(({ code }) => code));
  const customers = numbered(trainSales.map(({ customer }) => customer));
  const test = new Map<number, Set<number>>();
  for (const { customer, code, time } of sales) {
    const [c, i] = [customers.get(customer), codes.get(code)];
    if (time < TEST_START || c === undefined || i === undefined) continue;
    test.set(c, (test.get(c) ?? new Set()).add(i));
  }
  return {
    train: purchasesOf(trainSales, customers, codes),
    customerCount: customers.size,
    itemCount: codes.size,
    trainLines: trainSales.length,
    codes: [...codes.keys()],
    test: new Map([...test].sort(([a], [b]) => a - b)),
  };
}

function purchasesOf(
  sales: readonly Sale[],
  customers: ReadonlyMap<string, number>,
  codes: ReadonlyMap<string, number>,
): Purchases {
  const distinct = new Map(sales.map((sale) => [`${sale.customer} ${sale.invoice} ${sale.code}`, sale]));
  const events = [...distinct.values()];
  const invoices = numbered(events.map(({ invoice }) => invoice));
  return {
    customers: Int32Array.from(events, ({ customer }) => customers.get(customer)!),
    items: Int32Array.from(events, ({ code }) => codes.get(code)!),
    invoices: Int32Array.from(events, ({ invoice }) => invoices.get(invoice)!),
    times: Float64Array.from(events, ({ time }) => time),
  };
}

/** Numbers distinct texts from 0 in code-point order. */
function numbered(texts: readonly string[]): Map<string, number> {
  return new Map([...new Set(texts)].sort().map((text, n) => [text, n]));
}
