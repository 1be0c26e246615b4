import mongoose, { Schema } from 'mongoose';
import type { DeliveryPlace } from './customer.ts';
import type { LadderRung } from './deal.ts';

/** Lists what a team can be. `forming` waits for its leader's money; its clock runs from `open` on. */
export const TEAM_STATES = ['forming', 'open', 'succeeded', 'expired', 'cancelled', 'abandoned'] as const;
export type TeamState = (typeof TEAM_STATES)[number];

/** Says which state of a team may follow which. */
export const TEAM_TRANSITIONS = {
  forming: ['open', 'succeeded', 'abandoned', 'cancelled'],
  open: ['succeeded', 'expired', 'cancelled'],
  succeeded: [],
  expired: [],
  cancelled: [],
  abandoned: [],
} as const satisfies { readonly [state in TeamState]: readonly TeamState[] };

/** Lists what a seat can be. */
export const SEAT_STATES = [
  'reserved',
  'claimed',
  'authorised',
  'agreed',
  'paid',
  'confirmed',
  'released',
  'refund-pending',
  'refunded',
  'refund-failed',
] as const;
export type SeatState = (typeof SEAT_STATES)[number];

/** Says which state of a seat may follow which; `confirmed → released` is an agreed COD seat nobody paid for yet. */
export const SEAT_TRANSITIONS = {
  reserved: ['claimed', 'authorised', 'agreed', 'paid', 'confirmed', 'released'],
  claimed: ['paid', 'confirmed', 'released'],
  authorised: ['paid', 'confirmed', 'released'],
  agreed: ['confirmed', 'released'],
  paid: ['confirmed', 'refund-pending'],
  confirmed: ['refund-pending', 'released'],
  released: ['paid', 'confirmed'],
  'refund-pending': ['refunded', 'refund-failed'],
  refunded: ['refund-failed'],
  'refund-failed': ['refund-pending', 'refunded'],
} as const satisfies { readonly [state in SeatState]: readonly SeatState[] };

/** Lists the states in which a seat is somebody's, so that she can hold no other of the same deal. */
export const LIVE_SEATS = [
  'reserved',
  'claimed',
  'authorised',
  'agreed',
  'paid',
] as const satisfies readonly SeatState[];

/** Lists the states that bring a team nearer to success. */
export const COUNTED_SEATS = ['paid', 'agreed'] as const satisfies readonly SeatState[];

/** Is one member's place. Prices and amounts are frozen when it is taken, in minor units. */
export interface TeamSeat {
  customerId: string;
  orderId: string;
  orderCode: string;
  /** Names this one seating; a seat that was released and is taken again gets another. */
  attempt: string;
  /** Rises with every change of this order's seat, so that rows derived from it only move forward. */
  rev: number;
  state: SeatState;
  units: number;
  unitPrice: number;
  total: number;
  /** Part of the total paid from reward credit. */
  credit: number;
  /** What is to be paid in money. */
  due: number;
  method: string;
  /** What she wants when the team is full once her money arrives. */
  spill: 'lead' | 'refund';
  sharerId?: string;
  place?: DeliveryPlace;
  reservedAt: Date;
  /** Until when an unpaid seat is kept; absent once it is paid, agreed or claimed. */
  holdUntil?: Date;
  claimedAt?: Date;
  countedAt?: Date;
  /** The key of the payment that paid it. */
  paymentKey?: string;
  refundBy: Date;
}

/** Lists what can happen to a team that other rows follow from. */
export const TEAM_EVENT_KINDS = [
  'reserved',
  'claimed',
  'authorised',
  'opened',
  'counted',
  'succeeded',
  'expired',
  'cancelled',
  'abandoned',
  'released',
  'left',
  'leader-changed',
  'refunded',
] as const;
export type TeamEventKind = (typeof TEAM_EVENT_KINDS)[number];

/** Is something that happened to a team and from which rows are still to be derived; gone once they exist. */
export interface TeamEvent {
  key: string;
  kind: TeamEventKind;
  at: Date;
  /** System time, for the repair loop. */
  pushedAt: Date;
  /** The seat as it was after the change. */
  seat?: TeamSeat;
  /** All seats that were in the team, as they were after the change; for what happens to the whole team. */
  seats?: TeamSeat[];
  reason?: string;
  /** True for a seat that was taken in another team's stead. */
  spilled?: boolean;
}

/** Is one running group of a deal. Every change of it is one guarded update of this document. */
export interface TeamDoc {
  _id: string;
  /** What friends type: `JOIN <code>`. */
  code: string;
  dealId: string;
  productId: string;
  market: string;
  currency: string;
  kind: 'solo' | 'team';
  size: number;
  unitPrice: number;
  soloPrice: number;
  ladder: LadderRung[];
  /** Most units of one seat; the team holds `size × unitsPerSeat` of the stock. */
  unitsPerSeat: number;
  unitsHeld: number;
  maxUnitsPerCustomer: number;
  newCustomersOnly: boolean;
  pinCode?: string;
  leaderId?: string;
  state: TeamState;
  /** Seats taken, in the order they were; after success or expiry they stay. */
  seats: TeamSeat[];
  /** Seats of people who are no longer in. */
  past: TeamSeat[];
  /** Seats free to take. */
  free: number;
  /** Seats paid or agreed; seats confirmed after success. */
  counted: number;
  /** Cash-on-delivery seats still allowed. */
  codFree: number;
  /** Attempts that must not get a seat any more. */
  refused: string[];
  /** Payments that must not get a seat any more. */
  refusedPayments: string[];
  /** Rises with every change. */
  rev: number;
  events: TeamEvent[];
  windowMs: number;
  graceMs: number;
  proofGraceMs: number;
  dealEndsAt: Date;
  createdAt: Date;
  openedAt?: Date;
  /** Set when the clock starts, and never moved. */
  expiresAt?: Date;
  endedAt?: Date;
}

const seat = {
  _id: false,
  customerId: String,
  orderId: String,
  orderCode: String,
  attempt: String,
  rev: Number,
  state: { type: String, enum: SEAT_STATES },
  units: Number,
  unitPrice: Number,
  total: Number,
  credit: Number,
  due: Number,
  method: String,
  spill: String,
  sharerId: String,
  place: { type: { kind: String, text: String, pinCode: String }, _id: false },
  reservedAt: Date,
  holdUntil: Date,
  claimedAt: Date,
  countedAt: Date,
  paymentKey: String,
  refundBy: Date,
} as const;

const schema = new Schema<TeamDoc>(
  {
    _id: { type: String, required: true },
    code: { type: String, required: true },
    dealId: { type: String, required: true },
    productId: { type: String, required: true },
    market: { type: String, required: true },
    currency: { type: String, required: true },
    kind: { type: String, required: true },
    size: { type: Number, required: true },
    unitPrice: { type: Number, required: true },
    soloPrice: { type: Number, required: true },
    ladder: [{ _id: false, members: Number, unitPrice: Number }],
    unitsPerSeat: { type: Number, required: true },
    unitsHeld: { type: Number, required: true },
    maxUnitsPerCustomer: Number,
    newCustomersOnly: Boolean,
    pinCode: String,
    leaderId: String,
    state: { type: String, enum: TEAM_STATES, required: true },
    seats: [seat] as never,
    past: [seat] as never,
    free: { type: Number, required: true },
    counted: { type: Number, required: true },
    codFree: { type: Number, required: true },
    refused: [String],
    refusedPayments: [String],
    rev: { type: Number, required: true },
    events: { type: [Schema.Types.Mixed], default: [] } as never,
    windowMs: Number,
    graceMs: Number,
    proofGraceMs: Number,
    dealEndsAt: Date,
    createdAt: { type: Date, required: true },
    openedAt: Date,
    expiresAt: Date,
    endedAt: Date,
  },
  { collection: 'teams', versionKey: false },
);
schema.index({ code: 1 }, { unique: true });
schema.index({ dealId: 1, state: 1, free: 1 });
schema.index({ state: 1, expiresAt: 1 });
schema.index({ 'seats.customerId': 1, dealId: 1 });
schema.index({ 'past.customerId': 1 });
schema.index({ 'seats.holdUntil': 1 }, { partialFilterExpression: { 'seats.holdUntil': { $exists: true } } });
schema.index({ 'events.pushedAt': 1 }, { partialFilterExpression: { 'events.pushedAt': { $exists: true } } });

export const Team = mongoose.model<TeamDoc>('Team', schema);
