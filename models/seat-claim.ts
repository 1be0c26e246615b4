import mongoose, { Schema } from 'mongoose';

/** Says that a customer has, or is about to have, a live seat of a deal. There is never a second one. */
export interface SeatClaimDoc {
  /** `<deal>:<customer>`: the one place where two attempts of one person meet. */
  _id: string;
  dealId: string;
  customerId: string;
  attempt: string;
  teamId: string;
  /** False until the seat is known to be in the team. */
  seated: boolean;
  /** System time. */
  at: Date;
}

const schema = new Schema<SeatClaimDoc>(
  {
    _id: { type: String, required: true },
    dealId: { type: String, required: true },
    customerId: { type: String, required: true },
    attempt: { type: String, required: true },
    teamId: { type: String, required: true },
    seated: { type: Boolean, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'seatClaims', versionKey: false },
);
schema.index({ at: 1 }, { partialFilterExpression: { seated: false }, name: 'unseated' });

export const SeatClaim = mongoose.model<SeatClaimDoc>('SeatClaim', schema);
