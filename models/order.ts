import mongoose, { Schema } from 'mongoose';
import type { DeliveryPlace } from './customer.ts';

/**
 * Lists what an order can be. `placed` waits for money, `paid` (or agreed, for COD) waits for the team,
 * `confirmed` is a purchase; the others end it.
 */
export const ORDER_STATES = ['placed', 'paid', 'confirmed', 'released', 'refund-pending', 'refunded'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** Lists how far the goods are. */
export const FULFILMENT_STATES = ['none', 'packed', 'delivered', 'returned', 'refused'] as const;

export interface OrderLine {
  readonly productId: string;
  readonly quantity: number;
  /** Price per unit in minor units. */
  readonly unitPrice: number;
}

export interface OrderDoc {
  _id: string;
  /** Short code people can read out. */
  code: string;
  customerId: string;
  source: 'chat' | 'import' | 'seed';
  state: OrderState;
  lines: OrderLine[];
  currency: string;
  market: string;
  /** Sum of lines in minor units; negative for an imported return. */
  total: number;
  /** Part paid from the customer's reward credit. */
  credit: number;
  /** What is to be paid in money: total − credit. */
  due: number;
  placedAt: Date;
  /** The local day in the market's zone, `2026-11-22`. */
  localDay: string;
  paidAt?: Date;
  confirmedAt?: Date;
  /** Chat orders only. */
  dealId?: string;
  teamId?: string;
  attempt?: string;
  method?: string;
  place?: DeliveryPlace;
  sharerId?: string;
  refundBy?: Date;
  /** The seat's revision this row was last derived from. */
  seatRev?: number;
  /** True while rows that follow from the delivery may be missing. */
  unsettled?: boolean;
  fulfilment: { state: (typeof FULFILMENT_STATES)[number]; packedAt?: Date; deliveredAt?: Date; returnedAt?: Date };
  /** Imports only: the invoice this row is, and the import that made it. */
  importKey?: string;
  importRun?: string;
}

const schema = new Schema<OrderDoc>(
  {
    _id: { type: String, required: true },
    code: { type: String, required: true },
    customerId: { type: String, required: true },
    source: { type: String, required: true },
    state: { type: String, enum: ORDER_STATES, required: true },
    lines: [{ _id: false, productId: String, quantity: Number, unitPrice: Number }],
    currency: { type: String, required: true },
    market: { type: String, required: true },
    total: { type: Number, required: true },
    credit: { type: Number, default: 0 },
    due: { type: Number, default: 0 },
    placedAt: { type: Date, required: true },
    localDay: { type: String, required: true },
    paidAt: Date,
    confirmedAt: Date,
    dealId: String,
    teamId: String,
    attempt: String,
    method: String,
    place: { type: { kind: String, text: String, pinCode: String }, _id: false },
    sharerId: String,
    refundBy: Date,
    seatRev: Number,
    unsettled: Boolean,
    fulfilment: {
      type: { state: { type: String, enum: FULFILMENT_STATES }, packedAt: Date, deliveredAt: Date, returnedAt: Date },
      _id: false,
      default: () => ({ state: 'none' }),
    },
    importKey: String,
    importRun: String,
  },
  { collection: 'orders', versionKey: false },
);
schema.index({ customerId: 1, placedAt: -1 });
schema.index({ teamId: 1 }, { partialFilterExpression: { teamId: { $exists: true } } });
schema.index({ state: 1, placedAt: 1 });
schema.index({ code: 1 });
schema.index({ unsettled: 1 }, { partialFilterExpression: { unsettled: true } });
schema.index({ confirmedAt: 1 }, { partialFilterExpression: { source: 'chat' }, name: 'bought' });

export const Order = mongoose.model<OrderDoc>('Order', schema);
