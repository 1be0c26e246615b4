import { beforeEach, expect, it } from 'vitest';
import { setMarketing } from '#domain/consent';
import { customerForAddress } from '#domain/customers';
import type { Deps } from '#domain/deps';
import { proveLedger } from '#domain/ledger';
import { linkImport } from '#domain/linked-imports';
import { touchCode } from '#domain/referrals';
import { payReward } from '#domain/reward-payouts';
import { settleRewards } from '#domain/reward-settling';
import { onOrderPaid, onOrderRefunded, releaseDueRewards } from '#domain/rewards';
import { Consent } from '#models/consent';
import { Customer } from '#models/customer';
import { Interaction } from '#models/interaction';
import { Journal } from '#models/journal';
import { Outbox } from '#models/outbox';
import { Referral } from '#models/referral';
import { Reward } from '#models/reward';
import { crashing } from '#test/support/crash';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { changedOrder, storedOrder, storedTea, storedTeam } from '#test/support/people';

const DAY = 86_400_000;
const START = new Date('2026-11-02T06:00:00Z');
const database = useDatabase();
let now = START;
const deps: Deps = testDeps({ clock: { now: () => now, system: () => Date.now() } as never });

beforeEach(() => database.clear());

const writes = (address: string) => customerForAddress(deps, { channel: 'simulator', address, at: now });

/** Tells, without ids that differ from run to run, everything a referral left behind. */
async function leftBehind(): Promise<unknown> {
  const [people, referrals, rewards, journals, told, logged] = await Promise.all([
    Customer.countDocuments(),
    Referral.countDocuments(),
    Reward.find().sort({ side: 1 }).lean(),
    Journal.find().lean(),
    Outbox.find().lean(),
    Interaction.find().lean(),
  ]);
  return {
    people,
    referrals,
    rewards: rewards.map(({ side, state, reason, unsettled }) => ({ side, state, reason, unsettled })),
    journals: journals.map(({ kind }) => kind).sort(),
    told: told.map(({ replies }) => (replies[0] as { copy: string }).copy).sort(),
    logged: logged.map(({ kind, data }) => `${kind} ${data?.['state'] ?? ''}`).sort(),
  };
}

interface Story {
  readonly steps: readonly (() => Promise<unknown>)[];
}

/** A friend writes, touches a code, pays, gets her order, and the reward is released and paid out (or refunded). */
async function story(end: 'payout' | 'refund'): Promise<Story> {
  await database.clear();
  now = START;
  await storedTea(deps);
  const asha = await writes('+919800000001');
  const friend = () => writes('+919800000002');
  const team = await storedTeam(deps, asha._id);
  const order = async () => {
    const { _id } = await friend();
    return storedOrder(deps, _id, team._id, { _id: 'o_friend' });
  };
  const touch = async () =>
    touchCode(deps, { code: asha.inviteCode, customerId: (await friend())._id, inboxId: 'in_1' });
  const paid = async () => onOrderPaid(deps, await changedOrder('o_friend', {}));
  const release = () => releaseDueRewards(deps);
  const refund = async () => onOrderRefunded(deps, await changedOrder('o_friend', {}));
  const payout = () => payReward(deps, { customerId: asha._id, amount: 50_00, reference: 'R', actor: 'op' });
  return {
    steps: [
      friend,
      touch,
      async () => void (await order()),
      paid,
      async () => {
        await changedOrder('o_friend', { state: 'confirmed', confirmedAt: now });
        await changedOrder('o_friend', { 'fulfilment.state': 'delivered', 'fulfilment.deliveredAt': now });
        now = new Date(START.getTime() + 8 * DAY);
      },
      release,
      ...(end === 'payout'
        ? [payout]
        : [async () => void (await changedOrder('o_friend', { state: 'refunded' })), refund]),
    ],
  };
}

/** Everyday runs try a sample of the points, the full run all of them. */
const STRIDE = process.env['TOLI_TEST_FULL'] === '1' ? 1 : 9;

const pointsOf = (step: number, count: number) =>
  Array.from({ length: count }, (_, i) => i + 1).flatMap((write) =>
    (['before', 'after'] as const).map((side) => ({ step, write, side })),
  );

/** Steps that only prepare rows are not what is tested, and never crash. */
const PREPARED = new Set([2, 4]);

for (const end of ['payout', 'refund'] as const)
  it(`a referral to its ${end} ends the same wherever the process died, once it is asked again and the repair loop has run`, async () => {
    const plain = await story(end);
    const counts: number[] = [];
    for (const step of plain.steps) counts.push((await crashing(step)).writes);
    const wanted = await leftBehind();
    const prepares = (i: number) => PREPARED.has(i) || (end === 'refund' && i === 6);
    const points = counts.flatMap((count, i) => (prepares(i) ? [] : pointsOf(i, count)));
    expect(points.length).toBeGreaterThan(80);
    for (const { step: i, ...at } of points.filter((_, n) => n % STRIDE === 0)) {
      const { steps } = await story(end);
      for (const step of steps.slice(0, i)) await step();
      expect((await crashing(steps[i]!, at)).crashed).toBe(true);
      for (const step of steps.slice(i)) await step();
      await settleRewards(deps);
      expect(await leftBehind(), `step ${i}, ${at.side} write ${at.write}`).toEqual(wanted);
    }
    expect(await proveLedger()).toMatchObject({ ok: true });
  }, 240_000);

it('STOP takes effect wherever the process died, once the message is handled again', async () => {
  const run = async (at?: Parameters<typeof crashing>[1]) => {
    await database.clear();
    const her = await writes('+919800000001');
    await Customer.updateOne({ _id: her._id }, { $set: { marketing: true } });
    const row = {
      customerId: her._id,
      class: 'promotional' as const,
      state: 'queued' as const,
      replies: [],
      createdAt: now,
      seq: 1,
    };
    await Outbox.create({ _id: 'next', ...row });
    const stop = () =>
      setMarketing(deps, { customerId: her._id, granted: false, inboxId: 'in', language: 'en', textVersion: '1' });
    const { writes: count } = await crashing(stop, at);
    if (at) await stop();
    expect((await Outbox.findById('next').lean())?.state).toBe('cancelled');
    expect((await Customer.findById(her._id).lean())?.marketing).toBe(false);
    expect(await Consent.countDocuments()).toBe(1);
    return count;
  };
  const count = await run();
  for (let write = 1; write <= count; write++)
    for (const side of ['before', 'after'] as const) await run({ write, side });
});

it('linking an imported customer loses nobody wherever the process died', async () => {
  const run = async (at?: Parameters<typeof crashing>[1]) => {
    await database.clear();
    const imported = await writes('+919800000001');
    await Customer.updateOne({ _id: imported._id }, { $set: { importId: 'online-retail:1', addresses: [] } });
    await writes('+919800000002');
    const link = () => linkImport(deps, { importId: '1', channel: 'simulator', address: '+919800000002' });
    const { writes: count } = await crashing(link, at);
    const between = await writes('+919800000002');
    expect(between.addresses).toHaveLength(1);
    if (at) await link();
    expect((await writes('+919800000002'))._id).toBe(imported._id);
    expect(await Customer.countDocuments()).toBe(2);
    return count;
  };
  const count = await run();
  for (let write = 1; write <= count; write++)
    for (const side of ['before', 'after'] as const) await run({ write, side });
});
