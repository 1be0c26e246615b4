import { AddressOwner } from '#models/address-owner';
import { Customer, type CustomerDoc } from '#models/customer';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { Session } from '#models/session';
import { SimulatorMessage } from '#models/simulator-message';
import { Team } from '#models/team';
import { chatIdOf } from './addresses.ts';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';

/**
 * Removes what says who a customer is: addresses, name, places and the texts of her messages. What remains is a
 * pseudonym with orders and journals, which have to be kept. The addresses go last, because the rest is found by them,
 * and their owner rows before them: the other way round the next message would bring an address back.
 */
export async function removeTraces(deps: Deps, customer: CustomerDoc, ids: readonly string[]): Promise<void> {
  await removeTexts(customer, ids);
  await removePlaces(ids);
  await Session.deleteMany({ customerId: { $in: [...ids] } });
  const done = deps.clock.now();
  await AddressOwner.deleteMany({ _id: { $in: customer.addresses.map(({ key }) => key) } });
  await Customer.updateMany({ _id: { $in: [...ids] } }, { $set: { addresses: [] }, $unset: PERSONAL });
  await Customer.updateOne(
    { _id: customer._id },
    { $set: { 'erasure.done': done, welcomed: false, marketing: false } },
  );
  await logInteractions([
    {
      _id: `i:erasure-done:${customer._id}`,
      customerId: customer._id,
      kind: 'erasure',
      at: done,
      data: { done: true },
    },
  ]);
}

const PERSONAL = { name: 1, place: 1, payoutKeys: 1 } as const;

async function removeTexts(customer: CustomerDoc, ids: readonly string[]): Promise<void> {
  const chats = customer.addresses.map(chatIdOf);
  const phones = customer.addresses.map((address) => address.key);
  const nothing = { text: '', mask: '***', sealed: { iv: '', data: '', tag: '' } };
  await Inbox.updateMany({ chatId: { $in: chats } }, { $set: nothing, $unset: { option: 1, replyTo: 1 } });
  await Outbox.updateMany(
    { customerId: { $in: [...ids] }, state: 'queued' },
    { $set: { state: 'cancelled', reason: 'erasure' } },
  );
  await Outbox.updateMany({ customerId: { $in: [...ids] } }, { $set: { replies: [] }, $unset: { rendered: 1 } });
  await SimulatorMessage.updateMany(
    { phone: { $in: phones } },
    { $set: { text: '' }, $unset: { options: 1, imageUrl: 1, imageAlt: 1 } },
  );
  await Interaction.updateMany({ customerId: { $in: [...ids] } }, { $unset: { 'data.text': 1, 'data.query': 1 } });
}

async function removePlaces(ids: readonly string[]): Promise<void> {
  const mine = { $in: [...ids] };
  await Order.updateMany({ customerId: mine }, { $unset: { place: 1 } });
  const arrayFilters = [{ 'mine.customerId': mine }];
  await Team.updateMany({ 'seats.customerId': mine }, { $unset: { 'seats.$[mine].place': 1 } }, { arrayFilters });
  await Team.updateMany({ 'past.customerId': mine }, { $unset: { 'past.$[mine].place': 1 } }, { arrayFilters });
}
