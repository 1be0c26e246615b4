import mongoose, { Schema } from 'mongoose';

/** Says who brought a new customer. One per friend, written once and never moved to somebody else. */
export interface ReferralDoc {
  /** The friend's customer id: a person is brought once. */
  _id: string;
  inviterId: string;
  /** The code that was touched, and what it stood for. */
  code: string;
  via: 'invite' | 'team';
  teamId?: string;
  /** The inbox row that carried the code. */
  inboxId: string;
  market: string;
  boundAt: Date;
}

const schema = new Schema<ReferralDoc>(
  {
    _id: { type: String, required: true },
    inviterId: { type: String, required: true },
    code: { type: String, required: true },
    via: { type: String, required: true },
    teamId: String,
    inboxId: { type: String, required: true },
    market: { type: String, required: true },
    boundAt: { type: Date, required: true },
  },
  { collection: 'referrals', versionKey: false },
);
schema.index({ inviterId: 1, boundAt: -1 });

export const Referral = mongoose.model<ReferralDoc>('Referral', schema);
