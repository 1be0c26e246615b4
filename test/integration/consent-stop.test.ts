import { afterEach, expect, it } from 'vitest';
import { mayMarket, setMarketing } from '#domain/consent';
import { customerById } from '#domain/customers';
import { enqueueMessages } from '#domain/outbox';
import { systemClock } from '#lib/clock';
import { Consent } from '#models/consent';
import { Interaction } from '#models/interaction';
import { Outbox } from '#models/outbox';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { somebody } from '#test/support/people';

const database = useDatabase();
const clock = systemClock();
const deps = testDeps({ clock });
afterEach(() => database.clear());

const answer = (customerId: string, granted: boolean, inboxId: string) =>
  setMarketing(deps, { customerId, granted, inboxId, language: 'hi', textVersion: '2026-11' });

const message = (customerId: string, key: string, kind: 'promotional' | 'transactional') => {
  return { key, customerId, class: kind, replies: [{ copy: 'x' }], createdAt: clock.now() };
};

const stateOf = async (key: string) => (await Outbox.findById(key).lean())?.state;

it('asks nobody who has not said yes, and remembers who said what to which text', async () => {
  const { _id } = await somebody(deps);
  expect(await mayMarket(_id)).toBe(false);
  await answer(_id, true, 'in_1');
  expect(await mayMarket(_id)).toBe(true);
  expect(await Consent.findOne({ customerId: _id }).lean()).toMatchObject({
    granted: true,
    textVersion: '2026-11',
    inboxId: 'in_1',
  });
});

it('takes back every marketing message that has not left, in the same call as the no, and nothing that is owed', async () => {
  const [her, other] = [await somebody(deps), await somebody(deps)];
  await answer(her._id, true, 'in_1');
  await enqueueMessages([
    message(her._id, 'next:1', 'promotional'),
    message(her._id, 'deal:7', 'promotional'),
    message(her._id, 'notice:refund', 'transactional'),
    message(other._id, 'next:2', 'promotional'),
  ]);
  await enqueueMessages([message(her._id, 'gone', 'promotional')]);
  await Outbox.updateOne({ _id: 'gone' }, { $set: { state: 'sent' } });
  expect(await answer(her._id, false, 'in_2')).toEqual({ cancelled: 2 });
  expect(await mayMarket(her._id)).toBe(false);
  expect(await Promise.all(['next:1', 'deal:7', 'notice:refund', 'next:2', 'gone'].map(stateOf))).toEqual([
    'cancelled',
    'cancelled',
    'queued',
    'queued',
    'sent',
  ]);
});

it('keeps the newest answer when an older one is handled again, and appends only', async () => {
  const { _id } = await somebody(deps);
  await answer(_id, true, 'in_1');
  clock.adopt(clock.offset() + 1000);
  await answer(_id, false, 'in_2');
  await answer(_id, true, 'in_1');
  expect((await customerById(_id))?.marketing).toBe(false);
  expect(await Consent.countDocuments()).toBe(2);
  expect(await Interaction.countDocuments({ customerId: _id, kind: 'consent' })).toBe(2);
});
