import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetActiveLists } from '#domain/active-runs';
import { broadcastDeal, dryRun } from '#domain/broadcasts';
import { clockAt } from '#lib/clock';
import { ActiveRun } from '#models/active-run';
import { Broadcast } from '#models/broadcast';
import { Consent } from '#models/consent';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Outbox } from '#models/outbox';
import { SegmentMembership } from '#models/segment-membership';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { makeSmallShop } from '#test/support/small-shop';

const database = useDatabase();
const NOON = new Date('2026-11-20T12:00:00Z');
const deps = testDeps({ clock: clockAt(NOON) });
const request = { dealId: 'd-A9', segment: 'Champions' };

beforeEach(async () => {
  const { customers } = await makeSmallShop(NOON, 10);
  await SegmentMembership.insertMany(
    customers.map((customerId) => ({
      _id: `run:${customerId}`,
      runId: 'run',
      customerId,
      rule: customerId === 'c9' ? 'Lost' : 'Champions',
      rfm: { recencyDays: 1, frequency: 3, monetary: 10, r: 5, f: 3, m: 3 },
      currency: 'GBP',
    })),
  );
  const lists = { segments: { runId: 'run', at: NOON, simple: true } };
  await ActiveRun.create({ _id: 'active', fence: 1, lists, previous: {} });
  forgetActiveLists();
});
afterEach(database.clear);

describe('a broadcast', () => {
  it('says in the dry run who falls out and why, and sends to exactly the others', async () => {
    await Customer.updateOne({ _id: 'c1' }, { $set: { marketing: false } });
    await Consent.create({ _id: 'no', customerId: 'c1', purpose: 'marketing', granted: false, at: NOON });
    await Customer.updateOne({ _id: 'c2' }, { $set: { marketing: false } });
    await Customer.updateOne({ _id: 'c3' }, { $set: { addresses: [] } });
    await Customer.updateOne({ _id: 'c4' }, { $set: { bucket: 3 } });
    const fallOut = { 'opted-out': 1, 'no-consent': 1, 'no-address': 1, holdout: 1 };
    const before = await dryRun(deps, request);
    expect(before).toMatchObject({ kind: 'ok', dryRun: true, audience: 9, sendable: 5, later: 0, fallOut });
    expect(await Outbox.countDocuments()).toBe(0);
    expect(await Broadcast.countDocuments()).toBe(0);
    expect(await broadcastDeal(deps, request)).toMatchObject({ ...before, dryRun: false });
    const rows = await Outbox.find().sort({ _id: 1 }).lean();
    expect(rows.map(({ _id }) => _id)).toEqual(['c0', 'c5', 'c6', 'c7', 'c8'].map((id) => `deal:d-A9:${id}`));
    expect(rows[0]).toMatchObject({
      class: 'promotional',
      replies: [{ copy: 'broadcast.deal', params: { deal: 10 } }],
    });
  });

  it('sent twice reaches nobody twice, and its audience stays as it was', async () => {
    await broadcastDeal(deps, request);
    const first = await Outbox.find().sort({ _id: 1 }).lean();
    await SegmentMembership.updateOne({ customerId: 'c9' }, { $set: { rule: 'Champions' } });
    const again = await broadcastDeal(deps, request);
    expect(again).toMatchObject({ audience: 9, sendable: 0, fallOut: { 'already-sent': 9 } });
    expect(await Outbox.find().sort({ _id: 1 }).lean()).toEqual(first);
    await Promise.all([broadcastDeal(deps, request), broadcastDeal(deps, request)]);
    expect(await Outbox.countDocuments()).toBe(9);
  });

  it('waits for the end of quiet hours instead of leaving people out, and counts towards the cap', async () => {
    const night = testDeps({ clock: clockAt(new Date('2026-11-20T23:00:00Z')) });
    expect(await broadcastDeal(night, request)).toMatchObject({ sendable: 9, later: 9 });
    const row = await Outbox.findOne().lean();
    expect(row?.notBefore).toEqual(new Date('2026-11-21T09:00:00Z'));
    expect(await dryRun(night, { dealId: 'd-A1', segment: 'Champions' })).toMatchObject({
      sendable: 0,
      fallOut: { 'day-cap': 9 },
    });
  });

  it('reaches nobody with a deal that is sold out', async () => {
    await Deal.updateOne({ _id: 'd-A9' }, { $set: { 'stock.free': 0 } });
    expect(await dryRun(deps, request)).toMatchObject({ sendable: 0, fallOut: { 'no-stock': 9 } });
  });

  it('says which segments there are, or that there is no run', async () => {
    expect(await dryRun(deps, { ...request, segment: 'Nobles' })).toEqual({
      kind: 'no-segment',
      segments: ['rule:Champions', 'rule:Lost'],
    });
    expect(await dryRun(deps, { ...request, dealId: 'd-none' })).toEqual({ kind: 'no-deal' });
    await ActiveRun.deleteMany({});
    forgetActiveLists();
    expect(await dryRun(deps, request)).toEqual({ kind: 'no-run' });
  });
});
