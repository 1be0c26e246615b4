import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { recordPaymentEvent } from '#domain/payments';
import type { TeamCondition } from '#domain/team-conditions';
import { type JoinOutcome, type JoinRequest, joinTeam, type Reserved, startTeam } from '#domain/teams';
import { Order } from '#models/order';
import { Refund } from '#models/refund';
import { Team } from '#models/team';
import { recover } from '#test/race/purchase-story';
import { type Racer, startRacers } from '#test/race/racers';
import { useDatabase } from '#test/support/database';
import { type Market, paid, someCustomer, someDeal, testMarket } from '#test/support/market';
import { brokenInvariants, restless } from '#test/support/market-invariants';

const database = useDatabase();
const ROUNDS = process.env['TOLI_TEST_FULL'] === '1' ? 100 : 8;
/** A twin is broken often enough to be caught well before this. */
const TWIN_ROUNDS = 60;
let racers: Racer[] = [];
let market: Market;
let commands = 0;

beforeAll(async () => {
  racers = await startRacers(database.uri(), 3);
});
afterAll(() => {
  for (const racer of racers) racer.end();
});
beforeEach(async () => {
  await database.clear();
  market = testMarket();
});

const request = (customerId: string, teamId: string): JoinRequest => ({
  commandId: `race-${++commands}`,
  customerId,
  teamId,
  units: 1,
  method: 'simulated',
  spill: 'refund',
  expectPrice: 9_900,
});

/** Opens a team of its own deal, led by somebody new. */
async function openTeam(size: number, dealId?: string): Promise<{ teamId: string; dealId: string; seat: Reserved }> {
  const id = ++commands;
  const deal = dealId ?? (await someDeal(market, { size }))._id;
  await someCustomer(market, `leader-${id}`);
  const start = { ...request(`leader-${id}`, ''), dealId: deal, kind: 'team' as const };
  const seat = (await startTeam(market.deps, start)) as Reserved;
  await recordPaymentEvent(market.deps, paid(market, seat));
  return { teamId: seat.teamId, dealId: deal, seat };
}

const reservedIn = (outcomes: readonly unknown[]) =>
  (outcomes as JoinOutcome[]).filter(({ kind }) => kind === 'reserved');
const openStarted = new Map<string, string>();

/** Lets six people in three processes run for one last seat. */
async function lastSeat(leftOut?: TeamCondition): Promise<string[]> {
  const { teamId } = await openTeam(2);
  const outcomes = await Promise.all(
    racers.map((racer) => {
      const requests = [request(`p${++commands}`, teamId), request(`p${++commands}`, teamId)];
      return racer.run({ kind: 'join', requests, ...(leftOut ? { leftOut } : {}) });
    }),
  );
  const seats = reservedIn(outcomes.flat()).length;
  return [...(seats === 1 ? [] : [`${seats} got the last seat`]), ...(await brokenInvariants(openStarted))];
}

/** Lets one person join two teams of a deal from three processes at once. */
async function doubleTap(leftOut?: TeamCondition): Promise<string[]> {
  const { teamId, dealId } = await openTeam(3);
  const other = await openTeam(3, dealId);
  const who = `p${++commands}`;
  const outcomes = await Promise.all(
    racers.map((racer) => {
      const requests = [request(who, teamId), request(who, other.teamId)];
      return racer.run({ kind: 'join', requests, ...(leftOut ? { leftOut } : {}) });
    }),
  );
  const seats = reservedIn(outcomes.flat()).length;
  return [...(seats === 1 ? [] : [`${seats} seats for one person`]), ...(await brokenInvariants(openStarted))];
}

/** Lets one seat be paid three times at once. */
async function doublePayment(leftOut?: TeamCondition): Promise<string[]> {
  const { teamId } = await openTeam(4);
  const seat = (await joinTeam(market.deps, request(`p${++commands}`, teamId))) as Reserved;
  await Promise.all(
    racers.map((racer, index) =>
      racer.run({
        kind: 'pay',
        events: [paid(market, seat, { paymentId: `${seat.orderId}-${index}` })],
        ...(leftOut ? { leftOut } : {}),
      }),
    ),
  );
  const refunds = await Refund.countDocuments({ orderId: seat.orderId, reason: 'duplicate' });
  return [...(refunds === 2 ? [] : [`${refunds} of 2 went back`]), ...(await brokenInvariants(openStarted))];
}

/** Lets the last two pay at once: exactly one of them completes the team. */
async function lastTwo(leftOut?: TeamCondition): Promise<string[]> {
  const { teamId } = await openTeam(3);
  const seats: Reserved[] = [];
  for (let i = 0; i < 2; i++) seats.push((await joinTeam(market.deps, request(`p${++commands}`, teamId))) as Reserved);
  await Promise.all(
    seats.map((seat, index) =>
      racers[index]?.run({ kind: 'pay', events: [paid(market, seat)], ...(leftOut ? { leftOut } : {}) }),
    ),
  );
  const team = await Team.findById(teamId).lean();
  const confirmed = await Order.countDocuments({ teamId, state: 'confirmed' });
  const wrong = team?.state !== 'succeeded' || confirmed !== 3;
  return [...(wrong ? [`${team?.state} with ${confirmed} purchases`] : []), ...(await brokenInvariants(openStarted))];
}

const RACES = [
  { name: 'the last seat goes to one of six', race: lastSeat, twin: 'seat-free' },
  { name: 'two teams at once give one person one seat', race: doubleTap, twin: 'one-claim' },
  { name: 'three payments of one seat count once and two go back', race: doublePayment, twin: 'seat-believed' },
  { name: 'the last two payers complete the team between them', race: lastTwo, twin: 'one-missing' },
] as const;

it.each(RACES)('$name', { timeout: 300_000 }, async ({ race }) => {
  for (let round = 0; round < ROUNDS; round++) expect(await race(), `round ${round}`).toEqual([]);
});

it.each(RACES)(
  'without the condition $twin the same race is caught: $name',
  { timeout: 300_000 },
  async ({ race, twin }) => {
    for (let round = 0; round < TWIN_ROUNDS; round++) {
      const damage = await race(twin);
      if (damage.length > 0) return;
    }
    expect.unreachable(`${TWIN_ROUNDS} rounds without "${twin}" and no damage: the race proves nothing`);
  },
);

it('the same command from three processes is one seat and one answer', { timeout: 120_000 }, async () => {
  const { teamId } = await openTeam(3);
  const twice = request('asha', teamId);
  const outcomes = await Promise.all(racers.map((racer) => racer.run({ kind: 'join', requests: [twice] })));
  const orders = new Set(outcomes.flat().map((outcome) => (outcome as Reserved).orderId));
  expect(orders.size).toBe(1);
  expect(await Order.countDocuments({ customerId: 'asha' })).toBe(1);
  expect(await brokenInvariants()).toEqual([]);
});

it('a joiner stopped between any two writes, swept, and continued leaves everything clean', {
  timeout: 300_000,
}, async () => {
  const [racer] = racers;
  if (!racer) throw new Error('no racer');
  for (let before = 1; before <= 40; before++) {
    await database.clear();
    market = testMarket();
    const { teamId } = await openTeam(3);
    const answer = racer.run({ kind: 'join-stopping', request: request('bina', teamId), before });
    const first = await Promise.race([racer.stopped().then(() => 'stopped'), answer.then(() => 'done')]);
    if (first === 'done') {
      expect(before, 'writes of a join').toBeGreaterThan(5);
      return;
    }
    await recover(market);
    racer.proceed();
    const [result] = (await answer) as { outcome: JoinOutcome }[];
    await recover(market);
    const seats = await Team.countDocuments({ 'seats.customerId': 'bina' });
    expect(seats, `stopped before write ${before}`).toBe(result?.outcome.kind === 'reserved' ? 1 : 0);
    expect(await restless(market.clock.now()), `stopped before write ${before}`).toEqual([]);
    expect(await brokenInvariants(), `stopped before write ${before}`).toEqual([]);
  }
  expect.unreachable('a join has fewer writes');
});
