import mongoose, { Schema } from 'mongoose';

/** Is one deal sent to one segment: whom it was meant for, fixed when it was first sent. */
export interface BroadcastDoc {
  /** Derived from deal and segment. */
  _id: string;
  dealId: string;
  segment: string;
  /** The run that said who is in the segment. */
  runId: string;
  /** Everyone who was in the segment, sendable or not. */
  audience: string[];
  at: Date;
  /** What the first sending came to: sendable, later and the reasons people fell out. */
  counts: { [name: string]: number };
}

const schema = new Schema<BroadcastDoc>(
  {
    _id: { type: String, required: true },
    dealId: { type: String, required: true },
    segment: { type: String, required: true },
    runId: { type: String, required: true },
    audience: { type: [String], required: true },
    at: { type: Date, required: true },
    counts: { type: Schema.Types.Mixed, default: {} },
  },
  { collection: 'broadcasts', versionKey: false, minimize: false },
);
schema.index({ at: -1 });

export const Broadcast = mongoose.model<BroadcastDoc>('Broadcast', schema);
