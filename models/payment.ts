import mongoose, { Schema } from 'mongoose';

/** `claimed`: a shopper sent a reference and nobody has seen the money yet. `captured`: the money is here. */
export const PAYMENT_STATES = ['claimed', 'captured'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Lists why a payment waits for an operator. */
export const PAYMENT_QUEUES = ['claim', 'suspense', 'amount-mismatch', 'refund-failed', 'chargeback'] as const;
export type PaymentQueueName = (typeof PAYMENT_QUEUES)[number];

/** Is a refund this payment has admitted. */
export interface AdmittedRefund {
  id: string;
  amount: number;
  reason: string;
  /** What the refund takes back: the seat, only this payment, or a ladder difference. */
  scope: 'seat' | 'payment' | 'ladder' | 'chargeback';
  /** Where the money is taken from. */
  from: 'held' | 'merchant' | 'suspense';
  at: Date;
  /** False until the refund row and its journal exist. */
  made: boolean;
}

/** Is one payment of one payer. It admits its refunds, so that they never come to more than it captured. */
export interface PaymentDoc {
  /** `<provider>:<payment id>` */
  _id: string;
  provider: string;
  /** The provider's own id. */
  reference: string;
  orderId?: string;
  customerId?: string;
  state: PaymentState;
  captured: number;
  /** What its admitted refunds and chargebacks come to. */
  refunded: number;
  currency: string;
  payer?: string;
  thirdParty: boolean;
  /** When the provider says the money moved. */
  paidAt?: Date;
  createdAt: Date;
  /** The row of the payment table that decided it. */
  row?: string;
  refunds: AdmittedRefund[];
  queue?: PaymentQueueName;
  refundBy?: Date;
}

const schema = new Schema<PaymentDoc>(
  {
    _id: { type: String, required: true },
    provider: { type: String, required: true },
    reference: { type: String, required: true },
    orderId: String,
    customerId: String,
    state: { type: String, enum: PAYMENT_STATES, required: true },
    captured: { type: Number, required: true },
    refunded: { type: Number, required: true },
    currency: { type: String, required: true },
    payer: String,
    thirdParty: { type: Boolean, default: false },
    paidAt: Date,
    createdAt: { type: Date, required: true },
    row: String,
    refunds: [
      { _id: false, id: String, amount: Number, reason: String, scope: String, from: String, at: Date, made: Boolean },
    ],
    queue: { type: String, enum: PAYMENT_QUEUES },
    refundBy: Date,
  },
  { collection: 'payments', versionKey: false },
);
schema.index({ orderId: 1 });
schema.index({ queue: 1, createdAt: 1 }, { partialFilterExpression: { queue: { $exists: true } } });
schema.index({ 'refunds.made': 1 }, { partialFilterExpression: { 'refunds.made': false } });

export const Payment = mongoose.model<PaymentDoc>('Payment', schema);
