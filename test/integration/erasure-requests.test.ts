import { afterEach, beforeEach, expect, it } from 'vitest';
import { chatIdOf } from '#domain/addresses';
import { customerById, customerForAddress } from '#domain/customers';
import type { Deps } from '#domain/deps';
import { askErasure, eraseDue } from '#domain/erasure';
import { inboxStore } from '#domain/inbox';
import { postJournal } from '#domain/ledger';
import { enqueueMessages } from '#domain/outbox';
import { inviteOf, touchCode } from '#domain/referrals';
import { Customer } from '#models/customer';
import { Inbox } from '#models/inbox';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { Session } from '#models/session';
import { SimulatorMessage } from '#models/simulator-message';
import { Team } from '#models/team';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { changedOrder, somebody, storedOrder, storedTea, storedTeam } from '#test/support/people';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PHONE = '+919812345678';
const database = useDatabase();
let now = new Date('2026-11-22T06:00:00Z');
const deps: Deps = testDeps({ clock: { now: () => now, system: () => Date.now() } as never });
const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};

beforeEach(() => storedTea(deps));
afterEach(() => database.clear());

async function her() {
  const customer = await customerForAddress(deps, { channel: 'simulator', address: PHONE, at: now });
  const place = { kind: 'address' as const, text: 'House 5, Gali 2', pinCode: '110001' };
  await Customer.updateOne({ _id: customer._id }, { $set: { name: 'Asha', place, marketing: true } });
  await inboxStore(deps)({
    channel: 'simulator',
    id: 'm1',
    from: PHONE,
    kind: 'text',
    text: 'mera naam Asha hai',
    at: now,
  });
  return { customer, place };
}

const ask = (customerId: string) => askErasure(deps, { customerId, inboxId: 'in_1' });
const sendAll = () => Outbox.updateMany({ state: 'queued' }, { $set: { state: 'sent' } });

it('forgets who she was once the last word to her has left, and keeps orders under a pseudonym', async () => {
  const { customer, place } = await her();
  const team = await storedTeam(deps, customer._id);
  await Team.updateOne({ _id: team._id }, { $set: { seats: [{ customerId: customer._id, orderId: 'o', place }] } });
  await storedOrder(deps, customer._id, team._id, { state: 'refunded', place });
  const chatId = chatIdOf(customer.addresses[0]!);
  await Session.create({
    _id: chatId,
    customerId: customer._id,
    channel: 'simulator',
    fence: 1,
    rev: 1,
    lease: { owner: 'a', until: now },
    updatedAt: now,
  });
  const shown = {
    _id: 'in:1',
    phone: customer.addresses[0]!.key,
    seq: 1,
    direction: 'in' as const,
    messageId: 'm1',
    kind: 'text',
    text: 'mera naam Asha hai',
    at: now,
  };
  await SimulatorMessage.create(shown);
  expect(await ask(customer._id)).toEqual({ kind: 'soon' });
  expect((await eraseDue(deps)).erased).toEqual([]);
  expect((await eraseDue(deps)).erased).toEqual([]);
  expect(await Outbox.findById(`notice:erasure-done:${customer._id}`).lean()).toMatchObject({ state: 'queued' });
  await sendAll();
  expect((await eraseDue(deps)).erased).toEqual([customer._id]);
  const left = await Customer.findById(customer._id).lean();
  expect(left).toMatchObject({ addresses: [], marketing: false, erasure: { done: now } });
  expect(left?.name ?? left?.place).toBeUndefined();
  const everything = JSON.stringify([
    await Promise.all([Customer.find().lean(), Inbox.find().lean(), Outbox.find().lean(), Order.find().lean()]),
    await Promise.all([Team.find().lean(), Session.find().lean(), SimulatorMessage.find().lean()]),
  ]);
  expect(everything).not.toMatch(/Asha|Gali|sealed":{"iv":"[^"]/);
  expect(await Order.countDocuments({ customerId: customer._id })).toBe(1);
  expect((await eraseDue(deps)).erased).toEqual([]);
  expect(await ask(customer._id)).toEqual({ kind: 'done' });
});

it('makes somebody new of her when she writes again', async () => {
  const { customer } = await her();
  await ask(customer._id);
  await eraseDue(deps);
  await sendAll();
  await eraseDue(deps);
  const again = await customerForAddress(deps, { channel: 'simulator', address: PHONE, at: now });
  expect(again._id).not.toBe(customer._id);
  const outcome = await touchCode(deps, { code: customer.inviteCode, customerId: again._id, inboxId: 'x' });
  expect(outcome).toEqual({ kind: 'unknown' });
  expect((await inviteOf(deps, again._id)).code).not.toBe(customer.inviteCode);
});

it('waits while money is open, says for what and until when, and goes on by itself', async () => {
  const { customer } = await her();
  const team = await storedTeam(deps, customer._id);
  const order = await storedOrder(deps, customer._id, team._id, { state: 'confirmed', confirmedAt: now });
  await changedOrder(order._id, { 'fulfilment.state': 'delivered', 'fulfilment.deliveredAt': now });
  const date = new Date(now.getTime() + 7 * DAY);
  expect(await ask(customer._id)).toMatchObject({
    kind: 'when-settled',
    date,
    waitsFor: [{ what: 'order', by: date }],
  });
  expect(await eraseDue(deps)).toEqual({ erased: [], waiting: 1 });
  expect(await Outbox.countDocuments()).toBe(0);
  later(7 * DAY);
  await eraseDue(deps);
  await sendAll();
  expect((await eraseDue(deps)).erased).toEqual([customer._id]);
});

it('waits while the ledger owes her something', async () => {
  const { customer } = await her();
  const entries = [
    { account: 'expense:referral', amount: -50_00 },
    { account: `customer:${customer._id}:credit`, amount: 50_00 },
  ];
  await postJournal(deps, { id: 'gift', kind: 'gift', currency: 'INR', entries, customerId: customer._id });
  const answer = await ask(customer._id);
  expect(answer).toMatchObject({ kind: 'when-settled', waitsFor: [{ what: 'credit-available', amount: 50_00 }] });
  expect((await eraseDue(deps)).erased).toEqual([]);
});

it('ends marketing at once', async () => {
  const { customer } = await her();
  await enqueueMessages([
    { key: 'next:1', customerId: customer._id, class: 'promotional', replies: [], createdAt: now },
  ]);
  await ask(customer._id);
  expect((await Outbox.findById('next:1').lean())?.state).toBe('cancelled');
  expect((await customerById(customer._id))?.marketing).toBe(false);
});

it('does not wait for ever for the last word to leave', async () => {
  const { customer } = await her();
  await ask(customer._id);
  await eraseDue(deps);
  later(HOUR);
  expect((await eraseDue(deps)).erased).toEqual([customer._id]);
});

it('asks nobody who did not ask', async () => {
  await somebody(deps);
  expect(await eraseDue(deps)).toEqual({ erased: [], waiting: 0 });
});
