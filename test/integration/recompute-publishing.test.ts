import { afterEach, describe, expect, it } from 'vitest';
import { forgetActiveLists } from '#domain/active-runs';
import type { Deps } from '#domain/deps';
import { withJob } from '#domain/jobs';
import { explainNext, planFor, stateOfNext } from '#domain/next-messages';
import { forgetPopular } from '#domain/popular-products';
import { browseOrder, greetingHint, recommendationId, replanCustomer } from '#domain/recommendations';
import { listSegments, membersOf, segmentOf } from '#domain/segments';
import { clockAt } from '#lib/clock';
import { newOwner } from '#lib/owner';
import { seededRandom } from '#lib/random';
import { ActiveRun } from '#models/active-run';
import { Deal } from '#models/deal';
import { Factors } from '#models/factors';
import { Order } from '#models/order';
import { Product } from '#models/product';
import { Recommendation } from '#models/recommendation';
import { Run } from '#models/run';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { makeSmallShop, orderRow, tasteOf } from '#test/support/small-shop';
import { foldInRecommender } from '#worker/fold-in-recommender';
import { recompute } from '#worker/recompute/recompute';
import { buyersReplanner } from '#worker/replan-buyers';

const database = useDatabase();
afterEach(async () => {
  await database.clear();
  forgetActiveLists();
  forgetPopular();
});

const NOW = new Date('2026-11-20T10:00:00Z');
const deps = testDeps({ clock: clockAt(NOW) });
/** Draws the same run id and with it the same decisions every time. */
const steady = () => testDeps({ clock: clockAt(NOW), random: seededRandom(1) });
const night = async (own: Deps = deps) => {
  const run = { job: 'recompute', owner: newOwner(), leaseMs: 60_000 };
  const outcome = await withJob(own, run, (lease) => recompute(own, lease));
  if (outcome.kind !== 'done') throw new Error('the lease was held');
  return outcome.result;
};
const itemsOf = async (runId: string, list: 'again' | 'new', customer: string) =>
  (await Recommendation.findById(recommendationId(runId, list, customer)).lean())?.items ?? [];
const dealViews = async () => {
  const products = new Map((await Product.find().lean()).map((product) => [product._id, product]));
  const deals = await Deal.find().sort({ number: 1 }).lean();
  return deals.map((deal) => ({ deal, product: products.get(deal.productId)! }));
};

describe('a night', () => {
  it('learns each taste, passes the gates and shows everyone her own lists with reasons', async () => {
    const { customers } = await makeSmallShop(NOW, 260);
    const result = await night();
    expect(result).toMatchObject({ state: 'published', lists: { new: { simple: false } } });
    expect(result.markets[0]?.new).toMatchObject({ reason: 'passed', passed: true, n: 260 });
    for (const customer of customers.slice(0, 20)) {
      const fresh = await itemsOf(result.runId, 'new', customer);
      const again = await itemsOf(result.runId, 'again', customer);
      expect(fresh[0]?.productId[0]).toBe(tasteOf(customer));
      expect(fresh[0]?.reason.kind).toBe('because-you-bought');
      expect(again.every(({ productId }) => productId.startsWith(tasteOf(customer)))).toBe(true);
      expect(again[0]).toMatchObject({ reason: { kind: 'bought-before', count: 5 } });
      const bought = new Set(again.map(({ productId }) => productId));
      expect(fresh.some(({ productId }) => bought.has(productId))).toBe(false);
    }
    const [first] = await browseOrder(deps, 'c1', await dealViews());
    expect(first?.reason).toMatchObject({ copy: 'reason.bought-before', params: { count: 5 } });
    expect(await segmentOf(deps, 'c1')).toMatchObject({ currency: 'GBP', rfm: { frequency: 5, monetary: 10_000 } });
    const segments = await listSegments(deps);
    const rules = segments.filter(({ kind }) => kind === 'rule');
    expect(rules.reduce((sum, segment) => sum + segment.customers, 0)).toBe(260);
    expect(await membersOf(deps, `rule:${rules[0]!.segment}`)).toHaveLength(rules[0]!.customers);
  });

  it('computes the same rows from the same data, and keeps two runs', async () => {
    await makeSmallShop(NOW, 220);
    const [first, second] = [await night(), await night()];
    const rows = async (runId: string) =>
      (await Recommendation.find({ runId }).sort({ list: 1, customerId: 1 }).lean()).map(
        ({ list, customerId, items }) => ({
          list,
          customerId,
          items,
        }),
      );
    expect(await rows(second.runId)).toEqual(await rows(first.runId));
    const third = await night();
    expect((await Recommendation.distinct('runId')).sort()).toEqual([second.runId, third.runId].sort());
    expect((await Run.findById(first.runId).lean())?.state).toBe('pruned');
    expect(await Factors.countDocuments()).toBe(2);
  });

  it('publishes the simple lists below 200 test customers and says so', async () => {
    await makeSmallShop(NOW, 30);
    const result = await night();
    expect(result.lists).toMatchObject({ again: { simple: true }, new: { simple: true }, segments: { simple: true } });
    expect(result.markets[0]).toMatchObject({
      again: { reason: 'too few to judge: simple list', n: 30, championMean: Number.NaN },
      segments: { reason: 'too few customers: rule segments' },
    });
    const [fresh] = await itemsOf(result.runId, 'new', 'c3');
    expect(fresh?.reason.kind).toBe('popular-now');
    expect(await Factors.countDocuments()).toBe(0);
  });

  it('clears away what a run left whose worker was killed, and shows nothing of it', async () => {
    await makeSmallShop(NOW, 30);
    await Run.create({ _id: 'killed', kind: 'recompute', state: 'running', asOf: NOW, startedAt: NOW, seed: 1 });
    const _id = recommendationId('killed', 'new', 'c1');
    await Recommendation.create({ _id, runId: 'killed', list: 'new', customerId: 'c1', items: [] });
    expect((await browseOrder(deps, 'c1', await dealViews()))[0]?.reason?.copy).toBe('reason.popular-now');
    await night();
    expect((await Run.findById('killed').lean())?.state).toBe('pruned');
    expect(await Recommendation.exists({ _id })).toBeNull();
  });

  it('changes nothing when there is nothing to learn from', async () => {
    const result = await night();
    expect(result.state).toBe('rejected');
    expect((await ActiveRun.findById('active').lean())?.lists).toEqual({});
  });

  it('never adds money across currencies, and looks no further than its instant', async () => {
    await makeSmallShop(NOW, 30);
    const foreign = {
      _id: 'foreign',
      customerId: 'c1',
      lines: ['A1'],
      placedAt: new Date('2026-11-19'),
      currency: 'INR',
    };
    const later = { _id: 'later', customerId: 'c1', lines: ['A1'], placedAt: new Date('2026-11-21') };
    await Order.insertMany([orderRow(foreign), orderRow(later)]);
    const result = await night();
    expect(result).toMatchObject({ otherCurrency: 1, orders: 150 });
    expect((await segmentOf(deps, 'c1'))?.rfm.monetary).toBe(10_000);
  });
});

describe('without the active run', () => {
  it('the browse list, the greeting and the plan change', async () => {
    await makeSmallShop(NOW, 260);
    await night(steady());
    const views = await dealViews();
    const withRun = {
      browse: (await browseOrder(deps, 'c1', views)).map(({ deal }) => deal.number),
      greeting: await greetingHint(deps, 'c1', views),
      plan: (await explainNext(deps, 'c1'))?.decision,
    };
    expect(withRun.greeting).toMatchObject({ copy: 'hint.bought-before' });
    expect(withRun.plan?.modelVersion).toContain('new:run_');
    await ActiveRun.deleteMany({});
    forgetActiveLists();
    const without = await browseOrder(deps, 'c1', views);
    expect(without.map(({ deal }) => deal.number)).not.toEqual(withRun.browse);
    expect(without.every(({ reason }) => reason === null || reason.copy === 'reason.popular-now')).toBe(true);
    expect(await greetingHint(deps, 'c1', views)).toBeNull();
    const plan = (await explainNext(deps, 'c1'))?.decision;
    expect(plan?.modelVersion).toBe('');
    expect(plan?.chosen).not.toEqual(withRun.plan?.chosen);
  });
});

describe('a purchase', () => {
  it('moves what was bought from "new" to "again" at once, and her waiting message with it', async () => {
    const morning = new Date('2026-11-20T08:45:00Z');
    const early = testDeps({ clock: clockAt(morning) });
    await makeSmallShop(NOW, 260);
    const { runId } = await night(steady());
    const before = await planFor(early, 'c1');
    expect(before?.chosen?.kind).toBe('again');
    const bought = before!.chosen!.product._id;
    const fresh = (await itemsOf(runId, 'new', 'c1'))[0]!.productId;
    const order = {
      _id: 'chat-1',
      customerId: 'c1',
      lines: [bought, fresh],
      placedAt: morning,
      source: 'chat' as const,
    };
    await Order.create(orderRow(order));
    const replanner = buyersReplanner(foldInRecommender(early));
    expect(await replanner.hasWork(early, undefined)).toBe(true);
    expect(await replanner.run(early, undefined)).toEqual({ replanned: 1 });
    expect(await replanner.hasWork(early, undefined)).toBe(false);
    expect((await itemsOf(runId, 'new', 'c1')).map(({ productId }) => productId)).not.toContain(fresh);
    expect((await itemsOf(runId, 'again', 'c1')).map(({ productId }) => productId)).toContain(fresh);
    const after = await explainNext(early, 'c1');
    expect(after?.decision.chosen.productId).not.toBe(bought);
    expect(after?.decision.losers).toContainEqual(
      expect.objectContaining({ productId: bought, why: 'bought-recently' }),
    );
    expect(['queued', 'cancelled']).toContain(await stateOfNext(after!));
  });

  it('gives somebody who never bought before a list of her taste', async () => {
    await makeSmallShop(NOW, 260);
    const { runId } = await night();
    await Order.deleteMany({ customerId: 'c3' });
    await Order.create(
      orderRow({ _id: 'chat-2', customerId: 'c3', lines: ['A1', 'A2'], placedAt: NOW, source: 'chat' }),
    );
    await replanCustomer(deps, 'c3', foldInRecommender(deps));
    const fresh = await itemsOf(runId, 'new', 'c3');
    expect(fresh[0]).toMatchObject({ reason: { kind: 'because-you-bought' } });
    expect(fresh[0]?.productId[0]).toBe('A');
  });
});

describe('a worker that is told to stop', () => {
  it('gives up a night under way at once, publishes nothing of it and does it again later', async () => {
    await makeSmallShop(NOW, 260);
    const stopping = new AbortController();
    const run = { job: 'recompute', owner: newOwner(), leaseMs: 60_000 };
    const onProgress = (line: string) => {
      if (line.includes('segments')) stopping.abort();
    };
    const { signal } = stopping;
    await expect(withJob(deps, run, (lease) => recompute(deps, lease, { onProgress, signal }))).rejects.toThrow();
    expect((await ActiveRun.findById('active').lean())?.lists).toEqual({});
    expect((await Run.findOne().lean())?.state).toBe('failed');
    expect((await night()).state).toBe('published');
  });
});
