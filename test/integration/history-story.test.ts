import { afterEach, expect, it } from 'vitest';
import { setMarketing } from '#domain/consent';
import { customerForAddress } from '#domain/customers';
import { exportData } from '#domain/erasure';
import { findCustomer } from '#domain/find-customer';
import { historyOf } from '#domain/history';
import { inboxStore } from '#domain/inbox';
import { logInteractions } from '#domain/interactions';
import { postJournal } from '#domain/ledger';
import { enqueueMessages } from '#domain/outbox';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { somebody, storedOrder } from '#test/support/people';

const database = useDatabase();
const deps = testDeps();
afterEach(() => database.clear());

const PHONE = '+919812345678';

/** One person with a row of every kind, a second apart. */
async function lived() {
  const start = deps.clock.now().getTime();
  const at = (seconds: number) => new Date(start + seconds * 1000);
  const her = await customerForAddress(deps, { channel: 'simulator', address: PHONE, at: at(0) });
  const store = inboxStore(deps);
  await store({ channel: 'simulator', id: 'm1', from: PHONE, kind: 'text', text: 'namaste', at: at(1) });
  await logInteractions([
    { _id: 'i1', customerId: her._id, kind: 'view', at: at(2), dealId: 'd_tea', data: { step: 'details' } },
  ]);
  await enqueueMessages([
    {
      key: 'reply:m1:0',
      customerId: her._id,
      class: 'transactional',
      replies: [{ copy: 'menu.home' }],
      createdAt: at(3),
    },
  ]);
  await storedOrder(deps, her._id, 't_1', { placedAt: at(4) });
  const account = `customer:${her._id}:held`;
  const entries = [
    { account: 'cash:simulated', amount: -150_00 },
    { account, amount: 150_00 },
  ];
  await postJournal(
    { ...deps, clock: { now: () => at(5), system: () => 0 } },
    { id: 'captured:x', kind: 'captured', currency: 'INR', entries, customerId: her._id },
  );
  await setMarketing(
    { ...deps, clock: { now: () => at(6), system: () => 0 } },
    { customerId: her._id, granted: true, inboxId: 'm2', language: 'hi', textVersion: '1' },
  );
  return her;
}

it('tells what a person said, was told, saw, ordered, paid and agreed to, in its order', async () => {
  const her = await lived();
  await storedOrder(deps, (await somebody(deps))._id, 't_1');
  const story = await historyOf(her._id);
  expect(story.map(({ source }) => source)).toEqual([
    'inbox',
    'interaction',
    'outbox',
    'order',
    'journal',
    'consent',
    'interaction',
  ]);
  expect(story[0]?.what).toContain('namaste');
  expect(story[4]?.what).toContain('+15000');
});

it('is found by her number, written in any way, by her id, and holds no number', async () => {
  const her = await lived();
  for (const who of [PHONE, '98123 45678', '09812345678', her._id])
    expect(await findCustomer(deps, who)).toMatchObject({ kind: 'found', customer: { _id: her._id } });
  expect((await findCustomer(deps, '+919812345679')).kind).toBe('unknown');
  expect(JSON.stringify(await historyOf(her._id))).not.toContain('9812345678');
});

it('is nothing for nobody', async () => {
  expect(await historyOf('c_nobody')).toEqual([]);
});

it('is handed out whole as her data, without secrets and without other people', async () => {
  const her = await lived();
  const data = await exportData(deps, her._id);
  expect(data).toMatchObject({
    format: 'toli-export-1',
    profile: { _id: her._id, addresses: [{ channel: 'simulator', mask: expect.stringContaining('*') }] },
    messages: { received: [{ text: 'namaste' }], sent: [{ _id: 'reply:m1:0' }] },
    money: { journals: [{ _id: 'captured:x' }] },
  });
  expect(data?.orders).toHaveLength(1);
  expect(data?.consents).toHaveLength(1);
  expect(JSON.stringify(data)).not.toMatch(/sealed|9812345678/);
});
