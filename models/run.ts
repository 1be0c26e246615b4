import mongoose, { Schema } from 'mongoose';

export const RUN_STATES = ['running', 'published', 'rejected', 'failed', 'pruned'] as const;

/** Is one execution of the nightly computation. */
export interface RunDoc {
  _id: string;
  kind: 'recompute';
  state: (typeof RUN_STATES)[number];
  asOf: Date;
  startedAt: Date;
  finishedAt?: Date;
  seed: number;
  /** What each list's gate found, by list. */
  gates: { [list: string]: unknown };
  /** Sizes, times and settings worth keeping. */
  facts: { [name: string]: unknown };
  error?: string;
}

const schema = new Schema<RunDoc>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    state: { type: String, enum: RUN_STATES, required: true },
    asOf: { type: Date, required: true },
    startedAt: { type: Date, required: true },
    finishedAt: Date,
    seed: Number,
    gates: { type: Schema.Types.Mixed, default: {} },
    facts: { type: Schema.Types.Mixed, default: {} },
    error: String,
  },
  { collection: 'runs', versionKey: false, minimize: false },
);
schema.index({ startedAt: -1 });

export const Run = mongoose.model<RunDoc>('Run', schema);
