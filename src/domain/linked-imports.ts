import { Consent } from '#models/consent';
import { Customer, type CustomerDoc } from '#models/customer';
import { Order } from '#models/order';
import { Reward } from '#models/reward';
import { Session } from '#models/session';
import { giveTo, ownerOf, withAddress } from './address-owners.ts';
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
  const holderId = (await holderOf(address.key)) ?? (await ownerOf(address.key, found._id, address.at));
  const holder = holderId === found._id ? null : await Customer.findById(holderId).lean<CustomerDoc>();
  if (!holder) {
    const before = found.addresses.some(({ key }) => key === address.key);
    await withAddress(found, address);
    return { kind: before ? 'already' : 'linked', ...linked };
  }
  const refusal = await whyKeepsAddress(holder);
  if (refusal) return { kind: 'belongs-to-other', customerId: holder._id, reason: refusal };
  await mergeInto(holder, found);
  return { kind: 'linked', ...linked };
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

/** Finds who has an address now; a customer may have it from before there were owner rows. */
async function holderOf(key: string): Promise<string | null> {
  const holder = await Customer.findOne({ 'addresses.key': key }, { _id: 1 }).lean();
  return holder?._id ?? null;
}

async function whyKeepsAddress(holder: CustomerDoc): Promise<'has-orders' | 'has-rewards' | 'imported' | null> {
  if (holder.importId !== undefined) return 'imported';
  if (await Order.exists({ customerId: holder._id })) return 'has-orders';
  return (await Reward.exists({ customerId: holder._id })) ? 'has-rewards' : null;
}

/**
 * Makes the imported customer the owner of the fresh one's addresses, then points the fresh one to her. Whoever looks an
 * address up between two steps, or after a crash, finds one of the two or finishes the move.
 */
async function mergeInto(fresh: CustomerDoc, imported: CustomerDoc): Promise<void> {
  for (const { key, at } of fresh.addresses) await giveTo(key, imported._id, at);
  const refused = await Consent.exists({ customerId: fresh._id, granted: false });
  if (refused) await Customer.updateOne({ _id: imported._id }, { $set: { marketing: false } });
  await Customer.updateOne({ _id: fresh._id }, { $set: { mergedInto: imported._id, addresses: [] } });
  for (const address of fresh.addresses) await withAddress(imported, address);
  await Session.updateMany(
    { customerId: fresh._id },
    { $set: { customerId: imported._id, position: null }, $inc: { rev: 1 } },
  );
}
