import mongoose, { Schema } from 'mongoose';

/** Lists what a customer can agree to. Service messages need none. */
export const CONSENT_PURPOSES = ['marketing'] as const;

/** Is one append-only record of a yes or a no. */
export interface ConsentDoc {
  _id: string;
  customerId: string;
  purpose: (typeof CONSENT_PURPOSES)[number];
  granted: boolean;
  textVersion: string;
  language: string;
  /** The inbox row that said so. */
  inboxId: string;
  at: Date;
}

const schema = new Schema<ConsentDoc>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    purpose: { type: String, enum: CONSENT_PURPOSES, required: true },
    granted: { type: Boolean, required: true },
    textVersion: String,
    language: String,
    inboxId: String,
    at: { type: Date, required: true },
  },
  { collection: 'consents', versionKey: false },
);
schema.index({ customerId: 1, at: -1 });

export const Consent = mongoose.model<ConsentDoc>('Consent', schema);
