import mongoose, { Schema } from 'mongoose';

/** Is the lease and the memory of one scheduled job. */
export interface JobDoc {
  _id: string;
  fence: number;
  lease?: { owner: string; until: Date };
  /** The last instant (business time) this job's schedule was served for. */
  servedUntil?: Date;
  lastStart?: Date;
  lastEnd?: Date;
  lastError?: string;
  lastResult?: unknown;
}

const schema = new Schema<JobDoc>(
  {
    _id: { type: String, required: true },
    fence: { type: Number, default: 0 },
    lease: { type: { owner: String, until: Date }, _id: false },
    servedUntil: Date,
    lastStart: Date,
    lastEnd: Date,
    lastError: String,
    lastResult: Schema.Types.Mixed,
  },
  { collection: 'jobs', versionKey: false },
);

export const Job = mongoose.model<JobDoc>('Job', schema);
