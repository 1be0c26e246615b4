import { addressKey } from '#lib/identity';
import { isDuplicateKey } from '#lib/mongo';
import { Consent } from '#models/consent';
import { Customer, type CustomerAddress, type CustomerDoc } from '#models/customer';
import { Order } from '#models/order';
import { Reward } from '#models/reward';
import { Session } from '#models/session';
import { storedAddress } from './addresses.ts';
import type { Deps } from './deps.ts';

/** Says whether an imported customer now has an address, or why not. */
export type LinkOutcome =
  | { readonly kind: 'linked' | 'already'; readonly customerId: string; readonly mask: string }
  | { readonly kind: 'unknown-import'; readonly importId: string }
  | { readonly kind: 'ambiguous'; readonly importIds: readonly string[] }
  | { readonly kind: 'erased' }
  | {
      readonly kind: 'belongs-to-other';
      readonly customerId: string;
      readonly reason: 'has-orders' | 'has-rewards' | 'imported';
    };

/**
 * Gives an imported customer an address. When a customer without orders has it already, she is merged into the
 * imported one; one with orders or an import of her own keeps it, and the outcome says so.
 */
export async function linkImport(
  deps: Deps,
  link: { readonly importId: string; readonly channel: string; readonly address: string },
): Promise<LinkOutcome> {
  const found = await importedCustomer(link.importId);
  if ('kind' in found) return found;
  if (found.erasure) return { kind: 'erased' };
  const address = storedAddress(deps.secrets, link.channel, link.address, deps.clock.now());
  const linked = { customerId: found._id, mask: address.mask };
  for (let tries = 0; tries < 5; tries++) {
    const key = addressKey(deps.secrets, link.channel, link.address);
    const holder = await Customer.findOne({ 'addresses.key': key }).lean<CustomerDoc>();
    if (holder?._id === found._id) return { kind: 'already', ...linked };
    if (holder) {
      const refusal = await whyKeepsAddress(holder);
      if (refusal) return { kind: 'belongs-to-other', customerId: holder._id, reason: refusal };
      await mergeInto(holder, found);
      return { kind: 'linked', ...linked };
    }
    if (await addAddress(found._id, address)) return { kind: 'linked', ...linked };
  }
  throw new Error(
    'customers: an address could not be given to an imported customer; somebody else takes it each time.',
  );
}

/** Finds an imported customer by the whole import id, or by the shop's bare id when only one import has it. */
export async function importedCustomer(
  importId: string,
): Promise<CustomerDoc | Extract<LinkOutcome, { kind: 'unknown-import' | 'ambiguous' }>> {
  const whole = await Customer.findOne({ importId }).lean<CustomerDoc>();
  if (whole) return whole;
  if (importId.includes(':')) return { kind: 'unknown-import', importId };
  const ending = new RegExp(`:${importId.replace(/[^\p{L}\p{N}_-]/gu, '\\$&')}$`, 'u');
  const fitting = await Customer.find({ importId: ending }).limit(5).lean<CustomerDoc[]>();
  if (fitting.length > 1) return { kind: 'ambiguous', importIds: fitting.map((customer) => customer.importId ?? '') };
  return fitting[0] ?? { kind: 'unknown-import', importId };
}

/**
 * Finishes a merge that stopped between taking the addresses from one customer and giving them to the other, for the
 * merge that has this address key under way. Returns the customer who has the address then; null when there is none.
 */
export async function finishMoves(key: string): Promise<CustomerDoc | null> {
  const from = await Customer.findOne({ 'movedAddresses.key': key }).lean<CustomerDoc>();
  if (!from?.mergedInto) return null;
  await giveMoved(from, from.mergedInto);
  return Customer.findOne({ 'addresses.key': key }).lean<CustomerDoc>();
}

async function whyKeepsAddress(holder: CustomerDoc): Promise<'has-orders' | 'has-rewards' | 'imported' | null> {
  if (holder.importId !== undefined) return 'imported';
  if (await Order.exists({ customerId: holder._id })) return 'has-orders';
  return (await Reward.exists({ customerId: holder._id })) ? 'has-rewards' : null;
}

/** Points the fresh customer to the imported one, then moves the addresses; each step can be redone after a crash. */
async function mergeInto(fresh: CustomerDoc, imported: CustomerDoc): Promise<void> {
  await Customer.updateOne(
    { _id: fresh._id },
    { $set: { mergedInto: imported._id, movedAddresses: fresh.addresses, addresses: [] } },
  );
  const refused = await Consent.exists({ customerId: fresh._id, granted: false });
  if (refused) await Customer.updateOne({ _id: imported._id }, { $set: { marketing: false } });
  await giveMoved({ ...fresh, movedAddresses: fresh.addresses }, imported._id);
  await Session.updateMany(
    { customerId: fresh._id },
    { $set: { customerId: imported._id, position: null }, $inc: { rev: 1 } },
  );
}

async function giveMoved(from: CustomerDoc, to: string): Promise<void> {
  for (const address of from.movedAddresses ?? []) await addAddress(to, address);
  await Customer.updateOne({ _id: from._id }, { $unset: { movedAddresses: 1 } });
}

/** Adds an address once; false when another customer holds it. */
async function addAddress(customerId: string, address: CustomerAddress): Promise<boolean> {
  try {
    await Customer.updateOne(
      { _id: customerId, 'addresses.key': { $ne: address.key } },
      { $push: { addresses: address }, $min: { firstContactAt: address.at } },
    );
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
