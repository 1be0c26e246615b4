import mongoose, { Schema } from 'mongoose';

/** Lists why somebody should look at a referral. */
export const FLAG_REASONS = [
  'self-referral',
  'cycle',
  'velocity',
  'shared-payout',
  'shared-address',
  'refused-cod-circle',
] as const;
export type FlagReason = (typeof FLAG_REASONS)[number];

export const FLAG_STATES = ['open', 'dismissed', 'upheld'] as const;

/** Asks an admin to look at something, with the evidence. `hold` keeps rewards pending until it is decided. */
export interface FlagDoc {
  /** Derived from the reason and the people, so that seeing it again is the same flag. */
  _id: string;
  reason: FlagReason;
  state: (typeof FLAG_STATES)[number];
  hold: boolean;
  /** The one it is about, usually the inviter. */
  customerId: string;
  /** Everybody it touches. */
  people: string[];
  /** Ids, counts and instants; never an address. */
  evidence: { [name: string]: unknown };
  at: Date;
  decidedBy?: string;
  decidedAt?: Date;
}

const schema = new Schema<FlagDoc>(
  {
    _id: { type: String, required: true },
    reason: { type: String, enum: FLAG_REASONS, required: true },
    state: { type: String, enum: FLAG_STATES, required: true },
    hold: { type: Boolean, required: true },
    customerId: { type: String, required: true },
    people: [String],
    evidence: { type: Schema.Types.Mixed, default: {} },
    at: { type: Date, required: true },
    decidedBy: String,
    decidedAt: Date,
  },
  { collection: 'flags', versionKey: false, minimize: false },
);
schema.index({ state: 1, at: -1 });
schema.index({ people: 1 });

export const Flag = mongoose.model<FlagDoc>('Flag', schema);
