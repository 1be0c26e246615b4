import mongoose, { Schema } from 'mongoose';

/** `due` is to be asked of the provider, `started` waits for it, `manual` waits for an operator's transfer. */
export const REFUND_STATES = ['due', 'started', 'manual', 'done', 'failed'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/** Says which state of a refund may follow which; `done → failed` is a refund that came back. */
export const REFUND_TRANSITIONS = {
  due: ['started', 'manual', 'done', 'failed'],
  started: ['done', 'failed'],
  manual: ['done', 'failed'],
  done: ['failed'],
  failed: ['due', 'done'],
} as const satisfies { readonly [state in RefundState]: readonly RefundState[] };

/** Is money on its way back to its payer; a job of its own that may be run again and again. */
export interface RefundDoc {
  /** `refund:<payment key>` or `refund:<payment key>:ladder` */
  _id: string;
  paymentKey: string;
  provider: string;
  /** The provider's own id of the payment. */
  paymentReference: string;
  customerId: string;
  orderId: string;
  teamId?: string;
  scope: 'seat' | 'payment' | 'ladder';
  amount: number;
  currency: string;
  reason: string;
  state: RefundState;
  attempts: number;
  /** System time of the next try. */
  retryAt: Date;
  payer?: string;
  /** The provider's or the bank's reference of the transfer back. */
  reference?: string;
  refundBy: Date;
  createdAt: Date;
  doneAt?: Date;
  failure?: string;
  /** Rises with every change of state; journals and notices are named by it. */
  rev: number;
  /** False while journals, order or notice of the last change may be missing. */
  settled: boolean;
}

const schema = new Schema<RefundDoc>(
  {
    _id: { type: String, required: true },
    paymentKey: { type: String, required: true },
    provider: { type: String, required: true },
    paymentReference: { type: String, required: true },
    customerId: { type: String, required: true },
    orderId: { type: String, required: true },
    teamId: String,
    scope: { type: String, required: true },
    amount: { type: Number, required: true },
    currency: { type: String, required: true },
    reason: { type: String, required: true },
    state: { type: String, enum: REFUND_STATES, required: true },
    attempts: { type: Number, required: true },
    retryAt: { type: Date, required: true },
    payer: String,
    reference: String,
    refundBy: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    doneAt: Date,
    failure: String,
    rev: { type: Number, required: true },
    settled: { type: Boolean, required: true },
  },
  { collection: 'refunds', versionKey: false },
);
schema.index({ retryAt: 1 }, { partialFilterExpression: { state: 'due' }, name: 'due' });
schema.index({ settled: 1 }, { partialFilterExpression: { settled: false }, name: 'unsettled' });
schema.index({ orderId: 1 });
schema.index({ customerId: 1, state: 1 });
schema.index({ state: 1, refundBy: 1 });

export const Refund = mongoose.model<RefundDoc>('Refund', schema);
