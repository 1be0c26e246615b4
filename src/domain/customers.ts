import { createHash } from 'node:crypto';
import { insertOnce } from '#lib/mongo';
import { newId } from '#lib/random';
import { Customer, type CustomerAddress, type CustomerDoc, type DeliveryPlace, type Language } from '#models/customer';
import { Order } from '#models/order';
import { ownerOf, withAddress } from './address-owners.ts';
import { marketOf, storedAddress } from './addresses.ts';
import { makeCode } from './codes.ts';
import type { Deps } from './deps.ts';

/** Is a way to reach a person, as a channel hands it in; `at` is business time. */
export interface Contact {
  readonly channel: string;
  readonly address: string;
  readonly at: Date;
}

/**
 * Finds the customer of an address, or makes one. Any number of processes at once end with the same one: the address's
 * owner row names her before she exists, so that a crash or a race in between makes nobody else.
 */
export async function customerForAddress(deps: Deps, contact: Contact): Promise<CustomerDoc> {
  const address = storedAddress(deps.secrets, contact.channel, contact.address, contact.at);
  const known = await customerByKey(address.key);
  if (known) return known;
  const ownerId = await ownerOf(address.key, newId('c', deps.random), contact.at);
  const owner = await customerById(ownerId);
  if (owner) return withAddress(owner, address);
  const fresh = newCustomer(deps, ownerId, contact, address);
  for (let tries = 0; tries < 5; tries++) {
    if (await insertOnce(() => Customer.create(fresh))) return fresh;
    const other = await customerById(ownerId);
    if (other) return withAddress(other, address);
    fresh.inviteCode = makeCode(deps.random);
  }
  throw new Error('customers: no free invite code was found; something is wrong with the random source.');
}

/** Finds the customer who holds an address key, following merges; null when nobody does. */
export async function customerByKey(key: string): Promise<CustomerDoc | null> {
  const found = await Customer.findOne({ 'addresses.key': key }).lean<CustomerDoc>();
  return found?.mergedInto ? customerById(found.mergedInto) : found;
}

/** Reads a customer, following merges; null when there is none. */
export async function customerById(id: string): Promise<CustomerDoc | null> {
  let next: string | undefined = id;
  for (let steps = 0; next !== undefined && steps < 10; steps++) {
    const found: CustomerDoc | null = await Customer.findById(next).lean<CustomerDoc>();
    if (!found?.mergedInto) return found;
    next = found.mergedInto;
  }
  return null;
}

/** Lists the ids a customer has rows under: her own and those merged into it. */
export async function idsOf(customerId: string): Promise<string[]> {
  const merged = await Customer.find({ mergedInto: customerId }, { _id: 1 }).lean();
  return [customerId, ...merged.map((customer) => customer._id)];
}

/** Is what a person can change about herself in the chat. `null` takes a name or place away. */
export interface CustomerPatch {
  readonly language?: Language;
  readonly languageChosen?: boolean;
  readonly name?: string | null;
  readonly place?: DeliveryPlace | null;
  readonly welcomed?: boolean;
}

/** Changes what a customer says about herself and returns her as she is now. Throws when there is no such customer. */
export async function updateCustomer(deps: Deps, id: string, patch: CustomerPatch): Promise<CustomerDoc> {
  const entries = Object.entries(patch).filter(([, value]) => value !== undefined);
  const set = Object.fromEntries(entries.filter(([, value]) => value !== null));
  const unset = Object.fromEntries(entries.filter(([, value]) => value === null).map(([field]) => [field, 1]));
  if (entries.length > 0) {
    await Customer.updateOne(
      { _id: id, 'erasure.done': { $exists: false } },
      {
        ...(Object.keys(set).length > 0 ? { $set: set } : {}),
        ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
      },
    );
  }
  const customer = await customerById(id);
  if (!customer) throw new Error(`customers: there is no customer ${id}.`);
  deps.log.debug({ customer: id, fields: Object.keys(patch) }, 'customer changed');
  return customer;
}

/** Tells whether a customer never paid for anything here, in her own orders or imported ones. */
export async function isNewCustomer(customerId: string): Promise<boolean> {
  const own = { customerId: { $in: await idsOf(customerId) } };
  const [running, bought] = await Promise.all([
    Order.exists({ ...own, state: { $in: ['paid', 'confirmed'] } }),
    Order.exists({ ...own, confirmedAt: { $exists: true } }),
  ]);
  return running === null && bought === null;
}

/** Makes the stable number in [0, 9999] that decides about holdouts. */
export function bucketOf(customerId: string): number {
  return createHash('sha256').update(`bucket|${customerId}`).digest().readUInt32BE(0) % 10_000;
}

function newCustomer(deps: Deps, _id: string, contact: Contact, address: CustomerAddress): CustomerDoc {
  const market = marketOf(contact.address);
  return {
    _id,
    market,
    zone: deps.rulesOf(market).zone,
    language: 'en',
    languageChosen: false,
    addresses: [address],
    marketing: false,
    welcomed: false,
    inviteCode: makeCode(deps.random),
    source: 'chat',
    bucket: bucketOf(_id),
    risk: 0,
    createdAt: contact.at,
    firstContactAt: contact.at,
  };
}
