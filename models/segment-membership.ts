import mongoose, { Schema } from 'mongoose';

/** Says which segments one customer is in by one run, and the numbers behind it. */
export interface SegmentMembershipDoc {
  /** `<run>:<customer>` */
  _id: string;
  runId: string;
  customerId: string;
  /** Rule segment by RFM scores. */
  rule: string;
  /** Named k-means segment; absent when none was eligible. */
  cluster?: string;
  rfm: { recencyDays: number; frequency: number; monetary: number; r: number; f: number; m: number };
  currency: string;
}

const schema = new Schema<SegmentMembershipDoc>(
  {
    _id: { type: String, required: true },
    runId: { type: String, required: true },
    customerId: { type: String, required: true },
    rule: { type: String, required: true },
    cluster: String,
    rfm: {
      type: { recencyDays: Number, frequency: Number, monetary: Number, r: Number, f: Number, m: Number },
      _id: false,
    },
    currency: String,
  },
  { collection: 'segmentMemberships', versionKey: false },
);
schema.index({ runId: 1, rule: 1 });
schema.index({ runId: 1, cluster: 1 });

export const SegmentMembership = mongoose.model<SegmentMembershipDoc>('SegmentMembership', schema);
