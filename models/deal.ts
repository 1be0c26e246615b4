import mongoose, { Schema } from 'mongoose';

/** `stopped` takes no new teams; running ones go on. `ended` is past its end. */
export const DEAL_STATES = ['live', 'stopped', 'ended'] as const;

/** Is one rung of a price ladder: `members` paid members or more pay `unitPrice`. */
export interface LadderRung {
  readonly members: number;
  readonly unitPrice: number;
}

export interface DealDoc {
  _id: string;
  /** The short number people type: `DEAL 7`. */
  number: number;
  productId: string;
  state: (typeof DEAL_STATES)[number];
  market: string;
  currency: string;
  size: number;
  /** Prices per unit in minor units. */
  teamPrice: number;
  soloPrice: number;
  ladder: LadderRung[];
  windowMs: number;
  startsAt: Date;
  endsAt: Date;
  unitsPerSeat: number;
  maxUnitsPerCustomer: number;
  newCustomersOnly: boolean;
  /** Where it can be had; empty means everywhere. */
  pinCodes: string[];
  pickupPoints: { id: string; name: string; pinCode: string }[];
  cod: boolean;
  /** Merchant's margin as a share of the team price, for the planner. */
  margin: number;
  houseSeatsLeft: number;
  stock: {
    total: number;
    free: number;
    sold: number;
    /** What running teams hold, by team. */
    holds: { teamId: string; units: number }[];
  };
  createdAt: Date;
}

const schema = new Schema<DealDoc>(
  {
    _id: { type: String, required: true },
    number: { type: Number, required: true },
    productId: { type: String, required: true },
    state: { type: String, enum: DEAL_STATES, required: true },
    market: { type: String, required: true },
    currency: { type: String, required: true },
    size: { type: Number, required: true, min: 1, max: 50 },
    teamPrice: { type: Number, required: true, min: 0 },
    soloPrice: { type: Number, required: true, min: 0 },
    ladder: [{ _id: false, members: Number, unitPrice: Number }],
    windowMs: { type: Number, required: true },
    startsAt: { type: Date, required: true },
    endsAt: { type: Date, required: true },
    unitsPerSeat: { type: Number, default: 1 },
    maxUnitsPerCustomer: { type: Number, default: 1 },
    newCustomersOnly: { type: Boolean, default: false },
    pinCodes: [String],
    pickupPoints: [{ _id: false, id: String, name: String, pinCode: String }],
    cod: { type: Boolean, default: false },
    margin: { type: Number, default: 0.15 },
    houseSeatsLeft: { type: Number, default: 0 },
    stock: {
      _id: false,
      type: {
        total: Number,
        free: Number,
        sold: Number,
        holds: [{ _id: false, teamId: String, units: Number }],
      },
      required: true,
    },
    createdAt: { type: Date, required: true },
  },
  { collection: 'deals', versionKey: false },
);
schema.index({ number: 1 }, { unique: true });
schema.index({ market: 1, state: 1, endsAt: 1 });
schema.index({ productId: 1 });

export const Deal = mongoose.model<DealDoc>('Deal', schema);
