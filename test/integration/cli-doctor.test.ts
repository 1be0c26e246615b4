import { beforeEach, expect, it } from 'vitest';
import { Audit } from '#models/audit';
import { Deal } from '#models/deal';
import { useDatabase } from '#test/support/database';
import { type Market, someDeal, testMarket } from '#test/support/market';
import { toliOver } from '#test/support/toli';

const database = useDatabase();
let market: Market;
const toli = toliOver(() => market.deps);

beforeEach(async () => {
  await database.clear();
  market = testMarket();
  await someDeal(market);
});

interface Shown {
  readonly ok: boolean;
  readonly checks: readonly { id: string; ok: boolean | null; count: number; examples: string[]; reason?: string }[];
}

it('says that nothing is known to be wrong, and of what it cannot see why', async () => {
  const { code, result, lines } = await toli('doctor', '--json');
  const { ok, checks } = result as Shown;
  expect([code, ok]).toEqual([0, true]);
  for (const check of checks) {
    expect(check).toMatchObject({ id: expect.stringMatching(/^I\d+/), count: 0, examples: [] });
    if (check.ok === null) expect(check.reason).toMatch(/\w/);
    else expect(check.ok).toBe(true);
  }
  expect(lines).toContain('Nothing is known to be wrong.');
  expect(lines).toMatch(/unseen +I5-copies/);
  expect(await Audit.countDocuments()).toBe(0);
});

it('names what is broken and ends with 1', async () => {
  await Deal.updateOne({}, { $inc: { 'stock.free': -1 } });
  const { code, result, lines } = await toli('doctor');
  const { ok, checks } = result as Shown;
  expect([code, ok]).toEqual([1, false]);
  expect(checks.filter((check) => check.ok === false)).toMatchObject([{ id: 'I6', count: 1 }]);
  expect(lines).toMatch(/BROKEN +I6 /);
  expect(lines).toContain('99 free, 0 sold and 0 held are not 100');
});
