import mongoose, { Schema } from 'mongoose';

/** Keeps one report of a provider as it came; `row` is empty until it was decided. */
export interface PaymentEventDoc {
  /** `<provider>:<event id>` */
  _id: string;
  /** `<provider>:<payment id>:<kind>` for what can happen to a payment only once. */
  once?: string;
  provider: string;
  eventId: string;
  paymentId: string;
  kind: string;
  orderId?: string;
  amount: number;
  currency: string;
  paidAt: Date;
  payer?: string;
  refundId?: string;
  reason?: string;
  /** Business time. */
  recordedAt: Date;
  /** System time, for the repair loop. */
  storedAt: Date;
  decided: boolean;
  row?: string;
}

const schema = new Schema<PaymentEventDoc>(
  {
    _id: { type: String, required: true },
    once: String,
    provider: { type: String, required: true },
    eventId: { type: String, required: true },
    paymentId: { type: String, required: true },
    kind: { type: String, required: true },
    orderId: String,
    amount: { type: Number, required: true },
    currency: { type: String, required: true },
    paidAt: { type: Date, required: true },
    payer: String,
    refundId: String,
    reason: String,
    recordedAt: { type: Date, required: true },
    storedAt: { type: Date, required: true },
    decided: { type: Boolean, required: true },
    row: String,
  },
  { collection: 'paymentEvents', versionKey: false },
);
schema.index({ once: 1 }, { unique: true, partialFilterExpression: { once: { $exists: true } } });
schema.index({ storedAt: 1 }, { partialFilterExpression: { decided: false }, name: 'undecided' });
schema.index({ orderId: 1 });

export const PaymentEvent = mongoose.model<PaymentEventDoc>('PaymentEvent', schema);
