import mongoose, { Schema } from 'mongoose';

/** Lists what can happen with a customer. Rows are appended and never changed. */
export const INTERACTION_KINDS = [
  'message-in',
  'message-out',
  'status',
  'view',
  'click',
  'join',
  'pay',
  'confirm',
  'refund',
  'leave',
  'deliver',
  'referral-touch',
  'referral-bound',
  'reward',
  'consent',
  'wish',
  'next-message',
  'erasure',
] as const;
export type InteractionKind = (typeof INTERACTION_KINDS)[number];

export interface InteractionDoc {
  /** Derived from what happened, so that logging again changes nothing. */
  _id: string;
  customerId: string;
  kind: InteractionKind;
  at: Date;
  dealId?: string;
  productId?: string;
  orderId?: string;
  teamId?: string;
  amount?: number;
  currency?: string;
  /** Small facts by kind: flow and step, copy key, code, other customer. Never an address. */
  data?: { [key: string]: unknown };
}

const schema = new Schema<InteractionDoc>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    kind: { type: String, enum: INTERACTION_KINDS, required: true },
    at: { type: Date, required: true },
    dealId: String,
    productId: String,
    orderId: String,
    teamId: String,
    amount: Number,
    currency: String,
    data: Schema.Types.Mixed,
  },
  { collection: 'interactions', versionKey: false, minimize: false },
);
schema.index({ customerId: 1, at: 1 });
schema.index({ at: 1 }, { partialFilterExpression: { kind: 'wish' }, name: 'wishes' });

export const Interaction = mongoose.model<InteractionDoc>('Interaction', schema);
