import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { clockAt } from '#lib/clock';
import { Customer } from '#models/customer';
import { ImportReject, ImportRun } from '#models/import-run';
import { Order } from '#models/order';
import { Product } from '#models/product';
import { slowDatabase, useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { ImportError } from '#worker/import/import-error';
import { importOnlineRetail } from '#worker/import/online-retail';

const database = useDatabase();
const folder = mkdtempSync(join(tmpdir(), 'toli-import-'));
afterEach(database.clear);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const NOW = new Date('2026-11-22T10:00:00Z');
const deps = () => testDeps({ clock: clockAt(NOW) });

/** Writes so many days of four invoices with three lines each; every invoice repeats its first line. */
function exportOf(days: number, name = `export-${days}`): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (let day = 1; day <= days; day++) {
    const date = `2011-11-${String(day).padStart(2, '0')}`;
    const lines = [1, 2, 3, 4].flatMap((n) => {
      const invoice = `${5000 + day * 10 + n}`;
      const line = (code: string) =>
        `${invoice},${code},"MUG, ${code}",${n},${date} 0${n}:30:00,1.25,${17000 + n}.0,United Kingdom`;
      return [line('A1'), line('A1'), line(`B${day}`)];
    });
    writeFileSync(join(path, `${date}.csv`), [HEADER, ...lines, ''].join('\n'));
  }
  return path;
}

async function archiveOf(path: string, names: readonly string[]): Promise<string> {
  const archive = join(folder, 'export.tar.gz');
  const tar = pack();
  for (const name of names) tar.entry({ name: `./${name}` }, readFileSync(join(path, name)));
  tar.finalize();
  await pipeline(tar, createGzip(), createWriteStream(archive));
  return archive;
}

/** Reads everything an import writes, in a form that can be compared. */
async function everything() {
  const [orders, customers, products, rejects] = await Promise.all([
    Order.find().sort({ _id: 1 }).lean(),
    Customer.find().sort({ _id: 1 }).lean(),
    Product.find().sort({ _id: 1 }).lean(),
    ImportReject.find().sort({ _id: 1 }).lean(),
  ]);
  return { orders, customers: customers.map(({ createdAt: _, ...rest }) => rest), products, rejects };
}

describe('importing Online Retail', () => {
  it('reads a folder, an archive and a single file into the same orders', async () => {
    const path = exportOf(3);
    await importOnlineRetail(deps(), { path });
    const fromFolder = await everything();
    expect(fromFolder.orders).toHaveLength(12);
    await database.clear();
    const archive = await archiveOf(path, ['2011-11-03.csv', '2011-11-01.csv', '2011-11-02.csv']);
    await importOnlineRetail(deps(), { path: archive });
    const fromArchive = await everything();
    const plain = ({ orders }: typeof fromFolder) => orders.map(({ importRun: _, ...order }) => order);
    expect(plain(fromArchive)).toEqual(plain(fromFolder));
    expect(fromArchive.products.map(({ _id, names }) => [_id, names])).toEqual(
      fromFolder.products.map(({ _id, names }) => [_id, names]),
    );
    await database.clear();
    const single = await importOnlineRetail(deps(), { path: join(path, '2011-11-02.csv') });
    expect(single.counts).toMatchObject({ files: 1, rows: 12, lines: 12, orders: 4, customers: 4, products: 2 });
  });

  it('again changes nothing, and keeps the lines that repeat', async () => {
    const path = exportOf(3);
    await importOnlineRetail(deps(), { path, endAt: NOW });
    const first = await everything();
    const again = await importOnlineRetail(deps(), { path, endAt: new Date('2027-05-01') });
    expect(await everything()).toEqual(first);
    expect(again.note).toContain('moved by');
    expect(first.orders[0]?.lines).toHaveLength(3);
  });

  it('moves all dates by whole weeks so that the last is within the last week, and records by how many', async () => {
    const { shiftWeeks } = await importOnlineRetail(deps(), { path: exportOf(3), endAt: NOW });
    const last = await Order.findOne().sort({ placedAt: -1 }).lean();
    const age = NOW.getTime() - (last?.placedAt.getTime() ?? 0);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(7 * 86_400_000);
    expect((await ImportRun.findOne().lean())?.shiftWeeks).toBe(shiftWeeks);
    const unmoved = new Date(last!.placedAt.getTime() - shiftWeeks * 7 * 86_400_000);
    expect(unmoved.toISOString()).toBe('2011-11-03T04:30:00.000Z');
  });

  it('gives customers neither address nor consent, and a code of their own', async () => {
    await importOnlineRetail(deps(), { path: exportOf(2) });
    const customers = await Customer.find().lean();
    expect(customers.map(({ importId }) => importId).sort()).toEqual(
      [17001, 17002, 17003, 17004].map((id) => `online-retail:${id}`),
    );
    for (const customer of customers)
      expect(customer).toMatchObject({ addresses: [], marketing: false, market: 'GB', source: 'import' });
    expect(new Set(customers.map(({ inviteCode }) => inviteCode)).size).toBe(4);
  });

  it('keeps rows it cannot read, with file, line and reason, and goes on', async () => {
    const path = join(folder, 'broken.csv');
    const good = '1,A1,MUG,1,2011-11-01 08:00:00,1.25,17850.0,United Kingdom';
    writeFileSync(path, [HEADER, good, good.replace(',1,2011', ',many,2011'), 'short,row', good, ''].join('\n'));
    const { counts } = await importOnlineRetail(deps(), { path });
    expect(counts).toMatchObject({ rows: 4, unreadable: 2, lines: 2, orders: 1 });
    const rejects = await ImportReject.find().sort({ line: 1 }).lean();
    expect(rejects.map(({ file, line, reason }) => ({ file, line, reason }))).toEqual([
      { file: 'broken.csv', line: 3, reason: 'Quantity "many"' },
      { file: 'broken.csv', line: 4, reason: 'has 2 fields' },
    ]);
  });

  it('counts in a dry run what it would do and writes nothing', async () => {
    const result = await importOnlineRetail(deps(), { path: exportOf(3), dryRun: true, endAt: NOW });
    expect(result.counts).toMatchObject({ rows: 36, orders: 12, customers: 4 });
    expect(await everything()).toEqual({ orders: [], customers: [], products: [], rejects: [] });
    expect(await ImportRun.countDocuments()).toBe(0);
  });

  it('says what to do when there is nothing to read', async () => {
    const path = join(folder, 'other.csv');
    writeFileSync(path, 'a,b,c\n1,2,3\n');
    await expect(importOnlineRetail(deps(), { path: join(folder, 'absent') })).rejects.toThrow(ImportError);
    await expect(importOnlineRetail(deps(), { path })).rejects.toThrow('must name InvoiceNo');
    mkdirSync(join(folder, 'empty'), { recursive: true });
    await expect(importOnlineRetail(deps(), { path: join(folder, 'empty') })).rejects.toThrow(
      'no file that ends in .csv',
    );
  });

  it('killed in the middle and started again ends with the same rows', async () => {
    const path = exportOf(28, 'killed');
    await importOnlineRetail(deps(), { path, endAt: NOW });
    const whole = await everything();
    await database.clear();
    for (const after of [5, 15, 26]) await importAndKill(path, after);
    const done = (await ImportRun.findOne().lean())?.filesDone.length ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(28);
    await importOnlineRetail(deps(), { path, endAt: NOW });
    const resumed = await everything();
    expect(resumed.orders).toEqual(whole.orders);
    expect(resumed.customers).toEqual(whole.customers);
    expect(resumed.products.map(({ createdAt: _, ...product }) => product)).toEqual(
      whole.products.map(({ createdAt: _, ...product }) => product),
    );
    expect(await ImportRun.findOne().lean()).toMatchObject({ state: 'done', counts: { orders: 112 } });
  });
});

/** Starts the import in a process of its own and kills it once so many files are done. */
async function importAndKill(path: string, files: number): Promise<void> {
  const script = new URL('../support/import-until-killed.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', script, database.uri(), path, NOW.toISOString()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = 0;
  createInterface(child.stdout).on('line', () => {
    if (++seen === files) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'exit'), finished(child.stdout)]);
}

const REAL = join(process.env['TOLI_DATA_DIR_REAL'] ?? '../shared/data', 'online-retail/by-day-csv.tar.gz');
const full = process.env['TOLI_TEST_FULL'] === '1';
const why = existsSync(REAL) ? (full ? '' : ' (skipped: TOLI_TEST_FULL is not 1)') : ` (skipped: no data at ${REAL})`;

describe.skipIf(why !== '' || slowDatabase)(`the complete data set${why}`, () => {
  it('has 541,909 rows and 4,372 known customers, and every line of them is accounted for', async () => {
    const { counts } = await importOnlineRetail(deps(), { path: REAL });
    expect(counts).toMatchObject({ files: 305, rows: 541_909, customers: 4_372, unreadable: 0 });
    const { rows = 0, unreadable = 0, lines = 0 } = counts;
    const leftOut = (counts['unknown-customer'] ?? 0) + (counts['non-product-code'] ?? 0) + (counts['zero-price'] ?? 0);
    expect(lines + leftOut + unreadable).toBe(rows);
    const [stored] = await Order.aggregate<{ lines: number; orders: number }>([
      { $group: { _id: null, lines: { $sum: { $size: '$lines' } }, orders: { $sum: 1 } } },
    ]);
    expect(stored).toMatchObject({ lines, orders: (counts['orders'] ?? 0) + (counts['returns'] ?? 0) });
  }, 240_000);
});
