import mongoose, { Schema } from 'mongoose';

/** Says which customer an address belongs to: the one row two processes meet at. The address itself is with the customer. */
export interface AddressOwnerDoc {
  /** The address key. */
  _id: string;
  customerId: string;
  at: Date;
}

const schema = new Schema<AddressOwnerDoc>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'addressOwners', versionKey: false },
);

export const AddressOwner = mongoose.model<AddressOwnerDoc>('AddressOwner', schema);
