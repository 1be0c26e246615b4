import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetActiveLists } from '#domain/active-runs';
import type { Decision } from '#domain/next-messages';
import { explainNext, nextMessageKey, planFor, planNextMessages } from '#domain/next-messages';
import { forgetPopular } from '#domain/popular-products';
import { everybody, recommendationId } from '#domain/recommendations';
import { clockAt } from '#lib/clock';
import { ActiveRun } from '#models/active-run';
import { Consent } from '#models/consent';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Interaction } from '#models/interaction';
import { Outbox } from '#models/outbox';
import { type RankedProduct, Recommendation } from '#models/recommendation';
import { SegmentMembership } from '#models/segment-membership';
import { Session } from '#models/session';
import { Team } from '#models/team';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { makeSmallShop } from '#test/support/small-shop';

const database = useDatabase();
const MORNING = new Date('2026-11-20T08:45:00Z');
const deps = testDeps({ clock: clockAt(MORNING) });
const key = (customer: string) => nextMessageKey(customer, '2026-11-20');

beforeEach(async () => {
  await makeSmallShop(MORNING, 6);
  await publish();
  forgetActiveLists();
  forgetPopular();
});
afterEach(database.clear);

/** Publishes lists by hand: everyone buys A1 again, and B1 is new for her. */
async function publish(rule = 'Loyal') {
  const run = { runId: 'run', at: MORNING, simple: false };
  const row = (list: 'again' | 'new' | 'popular', customerId: string, items: RankedProduct[]) => ({
    _id: recommendationId('run', list, customerId),
    runId: 'run',
    list,
    customerId,
    items,
  });
  const again: RankedProduct = { productId: 'A1', score: 3, reason: { kind: 'bought-before', count: 3 } };
  const fresh: RankedProduct = { productId: 'B1', score: 0.5, reason: { kind: 'because-you-bought', productId: 'A1' } };
  const customers = (await Customer.find().lean()).map(({ _id }) => _id);
  await Recommendation.insertMany([
    ...customers.flatMap((id) => [row('again', id, [again]), row('new', id, [fresh])]),
    row('popular', everybody('GB'), []),
  ]);
  await SegmentMembership.insertMany(
    customers.map((customerId) => ({
      _id: `run:${customerId}`,
      runId: 'run',
      customerId,
      rule,
      rfm: { recencyDays: 1, frequency: 3, monetary: 10, r: 5, f: 3, m: 3 },
      currency: 'GBP',
    })),
  );
  await ActiveRun.create({
    _id: 'active',
    fence: 1,
    lists: { again: run, new: run, popular: run, segments: run },
    previous: {},
  });
}

const decisionOf = async (customer: string) => (await Outbox.findById(key(customer)).lean())?.decision as Decision;

describe('the morning', () => {
  it('queues one promotional message per person, after quiet hours, with everything it was decided from', async () => {
    const result = await planNextMessages(deps, { market: 'GB' });
    expect(result).toMatchObject({ considered: 6 });
    expect(result.queued + result.silent).toBe(6);
    const rows = await Outbox.find().lean();
    expect(rows).toHaveLength(result.queued);
    for (const row of rows) {
      expect(row).toMatchObject({ _id: key(row.customerId), class: 'promotional', state: 'queued' });
      expect(row.notBefore).toEqual(new Date('2026-11-20T09:00:00Z'));
      expect(row.expiresAt).toEqual(new Date('2026-11-20T21:00:00Z'));
      const { eligible, probability, epsilon, seed, modelVersion } = await decisionOf(row.customerId);
      expect(eligible.at(-1)).toMatchObject({ kind: 'silence', value: 0 });
      expect({ epsilon, modelVersion }).toEqual({
        epsilon: 0.05,
        modelVersion: 'again:run new:run popular:run segments:run',
      });
      expect(probability).toBeGreaterThan(0);
      expect(Number.isInteger(seed)).toBe(true);
      expect(row.replies[0]).toMatchObject({
        params: { deal: expect.any(Number), price: { money: 850, currency: 'GBP' } },
      });
    }
    expect(await Interaction.countDocuments({ kind: 'next-message' })).toBe(6);
  });

  it('decides the same when it runs again, and nobody gets a second message', async () => {
    await planNextMessages(deps, { market: 'GB' });
    const first = await Outbox.find().sort({ _id: 1 }).lean();
    await planNextMessages(deps, { market: 'GB' });
    expect(await Outbox.find().sort({ _id: 1 }).lean()).toEqual(first);
  });

  it('names why the others lost', async () => {
    const plan = await explainNext(deps, 'c1');
    const { chosen, losers, explored } = plan!.decision;
    if (!explored) expect(chosen).toMatchObject({ kind: 'again', dealNumber: 2 });
    const named = [chosen, ...losers].map(({ kind }) => kind).sort();
    expect(named).toEqual(['again', 'deal', 'silence']);
    expect(losers.every(({ why }) => why === 'lower-value' || why === 'explored')).toBe(true);
  });
});

describe('nobody is written to who', () => {
  it.each([
    ['no-consent', { marketing: false }],
    ['no-address', { addresses: [] }],
    ['holdout', { bucket: 3 }],
    ['merged', { mergedInto: 'c2' }],
    ['erasure', { erasure: { asked: MORNING } }],
  ])('%s', async (reason, change) => {
    await Customer.updateOne({ _id: 'c1' }, { $set: change });
    await planNextMessages(deps);
    expect(await Outbox.exists({ _id: key('c1') })).toBeNull();
    if (reason === 'merged') return;
    expect((await planFor(deps, 'c1'))?.excluded).toBe(reason);
    expect(await Outbox.exists({ _id: key('c1') })).toBeNull();
  });

  it('said STOP, is talked to by a person, or had her share of marketing', async () => {
    const promotion = (_id: string, customerId: string, createdAt: Date) => ({
      _id,
      customerId,
      class: 'promotional' as const,
      state: 'sent' as const,
      replies: [],
      createdAt,
      sentAt: createdAt,
      seq: 1,
      attempts: 1,
    });
    await Customer.updateOne({ _id: 'c1' }, { $set: { marketing: false } });
    await Consent.create({ _id: 'no', customerId: 'c1', purpose: 'marketing', granted: false, at: MORNING });
    await Session.create({
      _id: 'chat',
      customerId: 'c2',
      channel: 'simulator',
      fence: 1,
      lease: { owner: 'x', until: MORNING },
      rev: 1,
      takeover: { by: 'me', at: MORNING, until: new Date('2026-11-20T12:00:00Z') },
      updatedAt: MORNING,
    });
    await Outbox.insertMany([
      promotion('deal:x:c3', 'c3', new Date('2026-11-20T08:00:00Z')),
      ...[14, 16, 18].map((day) => promotion(`deal:${day}:c4`, 'c4', new Date(`2026-11-${day}T12:00:00Z`))),
    ]);
    const reasons = await Promise.all(['c1', 'c2', 'c3', 'c4', 'c5'].map((id) => explainNext(deps, id)));
    expect(reasons.map((plan) => plan?.excluded)).toEqual(['opted-out', 'taken-over', 'day-cap', 'week-cap', null]);
    expect(await planNextMessages(deps)).toMatchObject({
      excluded: { 'taken-over': 1, 'day-cap': 1, 'week-cap': 1 },
    });
  });
});

describe('candidates', () => {
  it('that cannot be had say why and are never drawn', async () => {
    await Deal.updateOne({ _id: 'd-A1' }, { $set: { 'stock.free': 0 } });
    await Deal.updateOne({ _id: 'd-B1' }, { $set: { pinCodes: ['SW1'] } });
    await Customer.updateOne({ _id: 'c1' }, { $set: { place: { kind: 'address', text: 'x', pinCode: 'N1' } } });
    const plan = await explainNext(deps, 'c1');
    expect(plan?.decision.chosen.kind).toBe('silence');
    expect(plan?.decision.losers.map(({ productId, why }) => [productId, why])).toEqual([
      ['A1', 'no-stock'],
      ['B1', 'other-area'],
    ]);
    expect(plan?.decision.probability).toBe(1);
  });

  it("include somebody else's team that is nearly full, but not her own", async () => {
    const team = (_id: string, dealId: string, customerId: string) => ({
      _id,
      code: _id,
      dealId,
      productId: dealId.slice(2),
      market: 'GB',
      currency: 'GBP',
      kind: 'team' as const,
      size: 3,
      unitPrice: 850,
      soloPrice: 1000,
      unitsPerSeat: 1,
      unitsHeld: 3,
      state: 'open' as const,
      seats: [{ customerId }],
      free: 1,
      counted: 2,
      codFree: 0,
      rev: 1,
      createdAt: MORNING,
      expiresAt: new Date('2026-11-20T20:00:00Z'),
    });
    await Team.insertMany([team('T1', 'd-A5', 'c2'), team('T2', 'd-A6', 'c1')]);
    const plan = await explainNext(deps, 'c1');
    const teams = [plan!.decision.chosen, ...plan!.decision.losers].filter(({ kind }) => kind === 'team');
    expect(teams.map(({ teamId }) => teamId)).toEqual(['T1']);
  });

  it('bring a win-back only to those who have been away', async () => {
    expect((await explainNext(deps, 'c1'))?.decision.losers.some(({ kind }) => kind === 'win-back')).toBe(false);
    await SegmentMembership.updateMany({}, { $set: { rule: 'Lost' } });
    const { chosen, losers, explored } = (await explainNext(deps, 'c1'))!.decision;
    expect([chosen, ...losers].some(({ kind }) => kind === 'win-back')).toBe(true);
    if (!explored) expect(chosen.kind).toBe('win-back');
  });
});

describe('a decision made anew', () => {
  it('replaces the message that waits, takes it back when nothing is worth sending, and never touches one that left', async () => {
    await planFor(deps, 'c1');
    const before = await Outbox.findById(key('c1')).lean();
    expect(before?.state).toBe('queued');
    const { chosen } = await decisionOf('c1');
    await Deal.updateOne({ _id: chosen.dealId ?? '' }, { $set: { 'stock.free': 0 } });
    await planFor(deps, 'c1', { supersedeOnly: true });
    expect((await decisionOf('c1')).chosen.dealId).not.toBe(chosen.dealId);
    await Outbox.updateOne({ _id: key('c2') }, { $set: { state: 'sent' } });
    await Deal.updateMany({}, { $set: { 'stock.free': 0 } });
    await planFor(deps, 'c1', { supersedeOnly: true });
    expect(await Outbox.findById(key('c1')).lean()).toMatchObject({ state: 'cancelled' });
    await planFor(deps, 'c3', { supersedeOnly: true });
    expect(await Outbox.exists({ _id: key('c3') })).toBeNull();
  });
});
