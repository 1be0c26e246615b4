import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { Audit } from '#models/audit';
import { Order } from '#models/order';
import { useDatabase } from '#test/support/database';
import { type Market, testMarket } from '#test/support/market';
import { toliOver } from '#test/support/toli';
import '#models/interaction';

const database = useDatabase();
const folder = mkdtempSync(join(tmpdir(), 'toli-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
let market: Market;
const toli = toliOver(() => market.deps);
const audits = () => Audit.find().lean();

beforeEach(async () => {
  await database.clear();
  market = testMarket();
});

function shopExport(): string {
  const path = join(folder, 'shop.csv');
  const head = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
  writeFileSync(
    path,
    `${head}\n536365,85123A,WHITE HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n`,
  );
  return path;
}

it('imports with one audit row that names the file and not where it lies, and none for a dry run', async () => {
  const path = shopExport();
  expect(await toli('import', 'online-retail', path, '--dry-run')).toMatchObject({ code: 0, result: { dryRun: true } });
  expect(await audits()).toEqual([]);
  expect(await toli('import', 'online-retail', path)).toMatchObject({ code: 0, result: { dryRun: false } });
  expect(await Order.countDocuments({ source: 'import' })).toBe(1);
  expect(await audits()).toMatchObject([{ verb: 'import online-retail', target: 'shop.csv', ok: true }]);
  expect(await toli('import', 'online-retail', join(folder, 'none.csv'))).toMatchObject({ code: 1, result: null });
});

it('says that there is nothing to learn from, in one audit row', async () => {
  const { code, lines } = await toli('recompute');
  expect([code, lines]).toEqual([1, expect.stringContaining('nothing changed')]);
  expect(await audits()).toMatchObject([{ verb: 'recompute', ok: false }]);
});

it('refuses to broadcast an unknown deal', async () => {
  const unknown = await toli('broadcast', '--deal', '77', '--segment', 'Champions', '--dry-run');
  expect(unknown).toMatchObject({ code: 1, result: { kind: 'no-deal' } });
  expect(await toli('explain', 'nobody')).toMatchObject({ code: 1, result: null });
});
