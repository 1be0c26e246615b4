import { insertOnce } from '#lib/mongo';
import { AddressOwner } from '#models/address-owner';
import { Customer, type CustomerAddress, type CustomerDoc } from '#models/customer';

/** Finds whose an address is; when it is nobody's it becomes `wantedId`'s. Everybody who asks gets the same answer. */
export async function ownerOf(key: string, wantedId: string, at: Date): Promise<string> {
  for (let tries = 0; tries < 5; tries++) {
    const row = await AddressOwner.findById(key).lean();
    if (row) return row.customerId;
    if (await insertOnce(() => AddressOwner.create({ _id: key, customerId: wantedId, at }))) return wantedId;
  }
  throw new Error('customers: an address is given away and taken back again and again.');
}

/** Makes a customer the owner of an address, whoever owned it before. */
export async function giveTo(key: string, customerId: string, at: Date): Promise<void> {
  await AddressOwner.updateOne({ _id: key }, { $set: { customerId }, $setOnInsert: { at } }, { upsert: true });
}

/** Notes an address with its owner, once, and gives her as she is with it. */
export async function withAddress(owner: CustomerDoc, address: CustomerAddress): Promise<CustomerDoc> {
  if (owner.addresses.some(({ key }) => key === address.key)) return owner;
  await Customer.updateOne(
    { _id: owner._id, 'addresses.key': { $ne: address.key } },
    { $push: { addresses: address }, $min: { firstContactAt: address.at } },
  );
  return (await Customer.findById(owner._id).lean<CustomerDoc>()) ?? owner;
}
