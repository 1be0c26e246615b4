/** Lists the columns of the UCI Online Retail export, in any order. */
export const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
] as const;
type Column = (typeof COLUMNS)[number];

/** Says at which place of a row each column stands. */
export type Places = { readonly [column in Column]: number };

/** Finds the columns in a header line; null when one is missing. */
export function placesOf(header: readonly string[]): Places | null {
  const names = header.map((name) => name.trim());
  const places = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)]));
  return Object.values(places).every((place) => place >= 0) ? (places as unknown as Places) : null;
}

/** Is one line of an invoice. Prices in pence; `at` is the shop's own clock, taken as UTC. */
export interface Line {
  readonly invoice: string;
  readonly code: string;
  readonly description: string;
  readonly quantity: number;
  readonly at: number;
  readonly price: number;
  readonly customer: string;
}

/** Lists the cleaning steps in the order they are tried; a row left out is counted at the first that takes it. */
export const CLEANING_STEPS = ['unknown-customer', 'non-product-code', 'zero-price'] as const;
export type CleaningStep = (typeof CLEANING_STEPS)[number];

/** Says what a row is: unreadable with a reason, left out by a step, or a line to keep. */
export type RowOutcome =
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'left-out'; readonly step: CleaningStep; readonly customer: string; readonly at: number }
  | { readonly kind: 'line'; readonly line: Line };

const ISO = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/;
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d)$/;

/** Reads a date as the export has it, `2010-12-01 08:26:00` or `12/1/2010 8:26`, as UTC ms; NaN when it is neither. */
export function readDate(text: string): number {
  const iso = ISO.exec(text);
  if (iso) return utc(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6]);
  const american = AMERICAN.exec(text);
  return american ? utc(american[3], american[1], american[2], american[4], american[5], '0') : Number.NaN;
}

function utc(...parts: readonly (string | undefined)[]): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const valid = month >= 1 && month <= 12 && hour < 24 && minute < 60 && new Date(at).getUTCDate() === day;
  return valid ? at : Number.NaN;
}

/** Reads one row and decides what it is. */
export function readRow(row: readonly string[], places: Places): RowOutcome {
  const of = (column: Column) => (row[places[column]] ?? '').trim();
  const reason = whyUnreadable(row, of, places);
  if (reason) return { kind: 'unreadable', reason };
  const at = readDate(of('InvoiceDate'));
  const customer = of('CustomerID').replace(/\.0+$/, '');
  const code = of('StockCode');
  const price = Number(of('UnitPrice'));
  if (customer === '') return { kind: 'left-out', step: 'unknown-customer', customer, at };
  if (isNoProduct(code)) return { kind: 'left-out', step: 'non-product-code', customer, at };
  if (price <= 0) return { kind: 'left-out', step: 'zero-price', customer, at };
  const quantity = Number(of('Quantity'));
  const description = of('Description').replace(/\s+/g, ' ');
  return {
    kind: 'line',
    line: { invoice: of('InvoiceNo'), code, description, quantity, at, price: Math.round(price * 100), customer },
  };
}

/** Says whether a stock code is postage, a fee, a manual entry or the like: letters only, or a bank's charges. */
export function isNoProduct(code: string): boolean {
  return /^[A-Za-z]+$/.test(code) || code === 'BANK CHARGES' || code === 'C2';
}

function whyUnreadable(row: readonly string[], of: (column: Column) => string, places: Places): string | null {
  if (row.length <= Math.max(...Object.values(places))) return `has ${row.length} fields`;
  if (of('InvoiceNo') === '') return 'no InvoiceNo';
  if (of('StockCode') === '') return 'no StockCode';
  if (!/^-?\d+$/.test(of('Quantity')) || Number(of('Quantity')) === 0) return `Quantity "${of('Quantity')}"`;
  if (Number.isNaN(readDate(of('InvoiceDate')))) return `InvoiceDate "${of('InvoiceDate')}"`;
  if (!/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(of('UnitPrice'))) return `UnitPrice "${of('UnitPrice')}"`;
  if (!/^(\d+(\.0+)?)?$/.test(of('CustomerID'))) return `CustomerID "${of('CustomerID')}"`;
  return null;
}
