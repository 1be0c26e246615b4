import mongoose, { Schema } from 'mongoose';

/** Is one movement: `amount` in minor units, negative where money leaves and positive where it arrives. */
export interface JournalEntry {
  readonly account: string;
  readonly amount: number;
}

/** Is one balanced booking. It is never edited and never deleted. */
export interface JournalDoc {
  /** The business key, such as `captured:<payment key>`. */
  _id: string;
  kind: string;
  at: Date;
  currency: string;
  entries: JournalEntry[];
  /** `<account>:<currency>:<next number>` of each account it lowers that may not go below zero. */
  guards?: string[];
  orderId?: string;
  customerId?: string;
  paymentKey?: string;
  refundId?: string;
  note?: string;
}

const schema = new Schema<JournalDoc>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    at: { type: Date, required: true },
    currency: { type: String, required: true },
    entries: [{ _id: false, account: String, amount: Number }],
    guards: { type: [String], default: undefined } as never,
    orderId: String,
    customerId: String,
    paymentKey: String,
    refundId: String,
    note: String,
  },
  { collection: 'journals', versionKey: false },
);
schema.index({ guards: 1 }, { unique: true, partialFilterExpression: { guards: { $exists: true } } });
schema.index({ 'entries.account': 1, currency: 1 });
schema.index({ orderId: 1 });
schema.index({ customerId: 1, at: 1 });

export const Journal = mongoose.model<JournalDoc>('Journal', schema);
