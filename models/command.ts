import mongoose, { Schema } from 'mongoose';

/** Remembers the first outcome of a domain command, so that asking again gives the same answer. */
export interface CommandDoc {
  /** `<inboxId>:<step>` or an operator's own key. */
  _id: string;
  outcome: unknown;
  at: Date;
}

const schema = new Schema<CommandDoc>(
  { _id: { type: String, required: true }, outcome: Schema.Types.Mixed, at: { type: Date, required: true } },
  { collection: 'commands', versionKey: false, minimize: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: 90 * 24 * 3600 });

export const Command = mongoose.model<CommandDoc>('Command', schema);
