import type { Deps } from '#domain/deps';
import { endImportRun, findImportRun, type ImportRunDoc, markFilesDone, startImportRun } from '#domain/imports';
import { openImportedDeals } from '#domain/imports-deals';
import {
  type ImportPlace,
  type ImportRejectDoc,
  importedCustomerId,
  insertCustomers,
  insertOrders,
  insertRejects,
  type OrderDoc,
  writeProducts,
} from '#domain/imports-rows';
import { csvRecords } from './csv-records.ts';
import { ImportError } from './import-error.ts';
import { addLine, type Invoice, isReturn, orderOf } from './invoices.ts';
import { findLastDate } from './last-date.ts';
import { CLEANING_STEPS, COLUMNS, type Line, type Places, placesOf, readRow } from './online-retail-rows.ts';
import { ProductCounter } from './product-facts.ts';
import { type SourceFile, sourceFiles } from './source-files.ts';

const KIND = 'online-retail';
const ORDERS_PER_WRITE = 500;
const DAY = 86_400_000;

export interface ImportOptions {
  readonly path: string;
  /** Moves all dates by whole weeks so that the last one falls into the week before this instant. */
  readonly endAt?: Date;
  /** Opens deals on so many of the products most bought in the last 30 imported days. */
  readonly deals?: number;
  /** Reads and counts everything and writes nothing. */
  readonly dryRun?: boolean;
  /** How many orders are gathered before they are written; 500 unless told. */
  readonly ordersPerWrite?: number;
  /** Is told after every file. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly file: string;
  readonly files: number;
  readonly rows: number;
  /** Over the whole import so far. */
  readonly rowsPerSecond: number;
}

/** Reports an import. Counts: rows, sale lines and orders, returns, customers, and what each cleaning step left out. */
export interface ImportResult {
  readonly importRun: string;
  readonly dryRun: boolean;
  readonly shiftWeeks: number;
  readonly counts: { readonly [name: string]: number };
  /** Numbers of the deals that were opened or were open already. */
  readonly deals: readonly number[];
  readonly seconds: number;
  /** Set when dates were asked to move but an earlier import fixed the shift. */
  readonly note?: string;
}

/**
 * Imports the UCI Online Retail export: streamed, resumable, and repeatable without doubling, because every order is
 * named by its invoice. A file already done is read again for names and counts but not written again.
 * Throws an ImportError when there is nothing to read; a row that cannot be read is kept with its reason.
 */
export async function importOnlineRetail(deps: Deps, options: ImportOptions): Promise<ImportResult> {
  const started = deps.clock.system();
  const found = await findImportRun(KIND, options.path);
  const shiftWeeks = found ? found.shiftWeeks : await shiftFor(options);
  const run = options.dryRun ? null : await startImportRun(deps, { kind: KIND, path: options.path, shiftWeeks });
  const rules = deps.rulesOf('GB');
  const place = { kind: KIND, market: rules.market, currency: rules.currency, zone: rules.zone };
  const importer = new Importer(place, run, shiftWeeks * 7 * DAY, options.ordersPerWrite);
  for await (const file of sourceFiles(options.path)) {
    await importer.readFile(file);
    options.onProgress?.({ file: file.name, ...importer.progress((deps.clock.system() - started) / 1000) });
  }
  const products = await importer.finish(deps);
  const deals = options.deals && run ? await openImportedDeals(deps, place, options.deals) : [];
  return {
    importRun: run?._id ?? '(dry run)',
    dryRun: options.dryRun ?? false,
    shiftWeeks,
    counts: { ...importer.counts, products },
    deals,
    seconds: Math.round((deps.clock.system() - started) / 100) / 10,
    ...(found && options.endAt
      ? { note: `Dates were moved by ${shiftWeeks} weeks in the first import; that stays.` }
      : {}),
  };
}

async function shiftFor({ path, endAt }: ImportOptions): Promise<number> {
  if (!endAt) return 0;
  const last = await findLastDate(path);
  return Math.floor((endAt.getTime() - last) / (7 * DAY));
}

/** Holds an import under way: what was read since the last write, and what is known of the whole export. */
class Importer {
  readonly counts: { [name: string]: number } = {
    files: 0,
    rows: 0,
    unreadable: 0,
    ...Object.fromEntries(CLEANING_STEPS.map((step) => [step, 0])),
    lines: 0,
    orders: 0,
    returns: 0,
    customers: 0,
  };
  readonly #place: ImportPlace;
  readonly #run: ImportRunDoc | null;
  readonly #shiftMs: number;
  readonly #ordersPerWrite: number;
  readonly #done: ReadonlySet<string>;
  readonly #products = new ProductCounter();
  readonly #customers = new Set<string>();
  #fresh = new Map<string, Date>();
  #orders: OrderDoc[] = [];
  #rejects: ImportRejectDoc[] = [];
  #files: string[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(place: ImportPlace, run: ImportRunDoc | null, shiftMs: number, ordersPerWrite = ORDERS_PER_WRITE) {
    this.#ordersPerWrite = ordersPerWrite;
    this.#place = place;
    this.#run = run;
    this.#shiftMs = shiftMs;
    this.#done = new Set(run?.filesDone);
  }

  /** Reads one file to its end; what it held is written with the next files' once there is enough. */
  async readFile(file: SourceFile): Promise<void> {
    const write = !this.#done.has(file.name);
    const invoices = await this.#readInvoices(file, write);
    for (const invoice of invoices.values()) {
      this.counts[isReturn(invoice) ? 'returns' : 'orders']!++;
      if (write && this.#run) this.#orders.push(orderOf(invoice, this.#orderContext(this.#run._id)));
    }
    this.counts['files']!++;
    if (!write) return;
    this.#files.push(file.name);
    if (this.#orders.length >= this.#ordersPerWrite) await this.#write();
  }

  /** Tells how far it is after so many seconds. */
  progress(seconds: number): Omit<ImportProgress, 'file'> {
    const { files = 0, rows = 0 } = this.counts;
    return { files, rows, rowsPerSecond: Math.round(rows / Math.max(0.001, seconds)) };
  }

  /** Writes what is left, the products and the end of the run. Returns the number of products. */
  async finish(deps: Deps): Promise<number> {
    await this.#write();
    await this.#writing;
    const products = this.#products.products();
    this.counts['customers'] = this.#customers.size;
    if (!this.#run) return products.length;
    await writeProducts(this.#place, products, deps.clock.now());
    await endImportRun(deps, this.#run._id, { ...this.counts, products: products.length });
    return products.length;
  }

  async #readInvoices(file: SourceFile, write: boolean): Promise<Map<string, Invoice>> {
    const invoices = new Map<string, Invoice>();
    let places: Places | null = null;
    for await (const record of csvRecords(file.stream)) {
      const reject = (reason: string) => this.#reject(file.name, record.line, reason, record.text, write);
      if (places === null) {
        places = 'fields' in record ? placesOf(record.fields) : null;
        if (!places) throw wrongColumns(file.name);
      } else if ('fields' in record) this.#takeRow(record.fields, places, invoices, reject);
      else {
        this.counts['rows']!++;
        reject(record.reason);
      }
    }
    return invoices;
  }

  #takeRow(
    record: readonly string[],
    places: Places,
    invoices: Map<string, Invoice>,
    reject: (reason: string) => void,
  ): void {
    this.counts['rows']!++;
    const outcome = readRow(record, places);
    if (outcome.kind === 'unreadable') reject(outcome.reason);
    else if (outcome.kind === 'left-out') {
      this.counts[outcome.step]!++;
      this.#meet(outcome.customer, outcome.at);
    } else if (!addLine(invoices, outcome.line)) reject('a second customer on one invoice');
    else this.#takeLine(outcome.line);
  }

  #takeLine(line: Line): void {
    this.counts['lines']!++;
    this.#meet(line.customer, line.at);
    this.#products.add(line);
  }

  #meet(customer: string, at: number): void {
    if (customer === '' || this.#customers.has(customer)) return;
    this.#customers.add(customer);
    this.#fresh.set(customer, new Date(at + this.#shiftMs));
  }

  #reject(file: string, line: number, reason: string, row: string, write: boolean): void {
    this.counts['unreadable']!++;
    if (!this.#run || !write) return;
    const importRun = this.#run._id;
    this.#rejects.push({ _id: `${importRun}:${file}:${line}`, importRun, file, line, reason, row: row.slice(0, 1000) });
  }

  #orderContext(importRun: string) {
    const { kind, market, currency } = this.#place;
    const customerIdOf = (customer: string) => importedCustomerId(kind, customer);
    return { importRun, market, currency, shiftMs: this.#shiftMs, customerIdOf };
  }

  /** Starts a write once the one before has ended, so that reading goes on meanwhile. Files are done after their rows. */
  async #write(): Promise<void> {
    await this.#writing;
    const [fresh, orders, rejects, files, run] = [this.#fresh, this.#orders, this.#rejects, this.#files, this.#run];
    this.#fresh = new Map();
    this.#orders = [];
    this.#rejects = [];
    this.#files = [];
    if (!run) return;
    this.#writing = writeAll(this.#place, run._id, { fresh, orders, rejects, files });
    // Awaited by the next write or the end; until then a failure must not count as unhandled.
    this.#writing.catch(() => undefined);
  }
}

interface Written {
  readonly fresh: ReadonlyMap<string, Date>;
  readonly orders: readonly OrderDoc[];
  readonly rejects: readonly ImportRejectDoc[];
  readonly files: readonly string[];
}

async function writeAll(place: ImportPlace, run: string, { fresh, orders, rejects, files }: Written): Promise<void> {
  await Promise.all([insertCustomers(place, fresh), insertOrders(orders), insertRejects(rejects)]);
  await markFilesDone(run, files);
}

function wrongColumns(file: string): ImportError {
  return new ImportError(
    'wrong-columns',
    `${file} is not an Online Retail export. Its first line must name ${COLUMNS.join(', ')}.`,
  );
}
