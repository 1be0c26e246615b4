import mongoose, { Schema } from 'mongoose';

/** Records one act of an operator or admin. Append-only. */
export interface AuditDoc {
  _id: string;
  at: Date;
  actor: string;
  verb: string;
  target?: string;
  before?: unknown;
  after?: unknown;
  ok: boolean;
}

const schema = new Schema<AuditDoc>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    actor: { type: String, required: true },
    verb: { type: String, required: true },
    target: String,
    before: Schema.Types.Mixed,
    after: Schema.Types.Mixed,
    ok: { type: Boolean, required: true },
  },
  { collection: 'audits', versionKey: false },
);
schema.index({ at: -1 });

export const Audit = mongoose.model<AuditDoc>('Audit', schema);
