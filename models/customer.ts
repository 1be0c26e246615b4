import mongoose, { Schema } from 'mongoose';

/** Lists the languages the bot speaks; `hi-Latn` is Hinglish, Hindi in Latin letters. */
export const LANGUAGES = ['en', 'hi', 'hi-Latn'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Is one way to reach a customer. `key` is an HMAC; the address itself is sealed. */
export interface CustomerAddress {
  readonly channel: string;
  readonly key: string;
  readonly sealed: { readonly iv: string; readonly data: string; readonly tag: string };
  readonly mask: string;
  readonly at: Date;
}

/** Is where and to whom things are brought. */
export interface DeliveryPlace {
  readonly kind: 'address' | 'pickup';
  readonly text: string;
  readonly pinCode: string;
}

export interface CustomerDoc {
  _id: string;
  market: string;
  zone: string;
  language: Language;
  /** True once she chose the language herself. */
  languageChosen: boolean;
  name?: string;
  place?: DeliveryPlace;
  addresses: CustomerAddress[];
  /** Whether marketing may be sent; the records behind it are in `consents`. */
  marketing: boolean;
  /** When the record behind `marketing` was made; an older one never wins. */
  marketingAt?: Date;
  /** True once the welcome was finished. */
  welcomed: boolean;
  /** The code friends type; made with the customer. */
  inviteCode: string;
  source: 'chat' | 'import' | 'seed';
  /** The shop's own id in an import, e.g. `online-retail:17850`. */
  importId?: string;
  /** A stable number in [0, 9999] for holdouts. */
  bucket: number;
  mergedInto?: string;
  /** Lookup keys of the accounts rewards were paid out to. */
  payoutKeys?: string[];
  /** Raised by refusals at the door. */
  risk: number;
  /** `ready` is when nothing was open any more and the last word was queued. */
  erasure?: { asked: Date; ready?: Date; done?: Date };
  createdAt: Date;
  firstContactAt?: Date;
}

const address = { _id: false, channel: String, key: String, mask: String, at: Date };
const sealed = { _id: false, type: { iv: String, data: String, tag: String } };

const schema = new Schema<CustomerDoc>(
  {
    _id: { type: String, required: true },
    market: { type: String, required: true },
    zone: { type: String, required: true },
    language: { type: String, enum: LANGUAGES, required: true },
    languageChosen: { type: Boolean, default: false },
    name: String,
    place: { type: { kind: String, text: String, pinCode: String }, _id: false },
    addresses: [{ ...address, sealed }],
    marketing: { type: Boolean, default: false },
    marketingAt: Date,
    welcomed: { type: Boolean, default: false },
    inviteCode: { type: String, required: true },
    source: { type: String, required: true },
    importId: String,
    bucket: { type: Number, required: true },
    mergedInto: String,
    payoutKeys: { type: [String], default: undefined } as never,
    risk: { type: Number, default: 0 },
    erasure: { type: { asked: Date, ready: Date, done: Date }, _id: false },
    createdAt: { type: Date, required: true },
    firstContactAt: Date,
  },
  { collection: 'customers', versionKey: false },
);
// Not unique: `addressOwners` decides, because its rows can be deleted (docs/decisions/address-owners.md).
schema.index({ 'addresses.key': 1 });
schema.index({ payoutKeys: 1 }, { partialFilterExpression: { payoutKeys: { $exists: true } } });
schema.index({ mergedInto: 1 }, { partialFilterExpression: { mergedInto: { $exists: true } } });
schema.index(
  { 'erasure.asked': 1 },
  { partialFilterExpression: { 'erasure.asked': { $exists: true } }, name: 'erasure' },
);
schema.index({ inviteCode: 1 }, { unique: true });
schema.index({ importId: 1 }, { unique: true, partialFilterExpression: { importId: { $exists: true } } });

export const Customer = mongoose.model<CustomerDoc>('Customer', schema);
