import { beforeAll, expect, it } from 'vitest';
import { diagnose } from '#domain/doctor';
import { markDelivered, refundOrder } from '#domain/orders';
import { runRefunds } from '#domain/refunds';
import { joinTeam, type Reserved, startTeam, sweepTeams } from '#domain/teams';
import type { DealDoc } from '#models/deal';
import { Team } from '#models/team';
import { useDatabase } from '#test/support/database';
import { type Market, someCustomer, someDeal, testMarket } from '#test/support/market';
import { shopping } from '#test/support/shopping';

useDatabase();
const ROUNDS = 6;
let market: Market;
let deals: DealDoc[];

beforeAll(async () => {
  market = testMarket();
  deals = [];
  for (let n = 0; n < ROUNDS; n++)
    deals.push(await someDeal(market, { id: `d_${n}`, productId: `p_${n}`, stock: 1_000 }));
  for (let n = 0; n < 12; n++) await someCustomer(market, `c${n}`);
});

/** Takes what seat it gets, and pays for it. */
async function shops(who: string, deal: DealDoc): Promise<Reserved | null> {
  const { deps } = market;
  const request = {
    commandId: `${who}:${deal._id}`,
    customerId: who,
    units: 1,
    method: 'simulated' as const,
    spill: 'refund' as const,
    expectPrice: deal.teamPrice,
  };
  const open = await Team.findOne({ dealId: deal._id, state: 'open', free: { $gt: 0 } }).lean();
  const outcome = open
    ? await joinTeam(deps, { ...request, teamId: open._id })
    : await startTeam(deps, { ...request, dealId: deal._id, kind: 'team' });
  if (outcome.kind !== 'reserved') return null;
  await shopping(market).pay(outcome);
  return outcome;
}

async function round(deal: DealDoc): Promise<void> {
  const people = Array.from({ length: 12 }, (_, n) => `c${n}`);
  const lead = await Promise.all(people.slice(0, 4).map((who) => shops(who, deal)));
  const join = await Promise.all(people.slice(4).map((who) => shops(who, deal)));
  const seats = [...lead, ...join];
  for (const seat of seats.slice(0, 4)) {
    if (!seat) continue;
    await markDelivered(market.deps, { orderId: seat.orderId, actor: 'op' });
    await refundOrder(market.deps, { orderId: seat.orderId, actor: 'op', reason: 'test' });
  }
  await Promise.all([runRefunds(market.deps), sweepTeams(market.deps)]);
}

it('sees nothing wrong, however often it looks, while people buy, get and bring back', async () => {
  let busy = true;
  const shop = (async () => {
    for (const deal of deals) await round(deal);
  })().finally(() => {
    busy = false;
  });
  const wrong: string[] = [];
  let looks = 0;
  while (busy) {
    const { checks } = await diagnose(market.deps);
    looks += 1;
    for (const { id, ok, examples } of checks) if (ok === false) wrong.push(`${id}: ${examples.join('; ')}`);
  }
  await shop;
  expect(looks).toBeGreaterThan(0);
  expect(await Team.countDocuments({ state: 'succeeded' })).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
  expect((await diagnose(market.deps)).ok).toBe(true);
});
