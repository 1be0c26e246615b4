import mongoose, { Schema } from 'mongoose';

/** Holds one fact about this installation: `clock` (offset in ms), `pepper` (its check value), counters. */
export interface SettingDoc {
  _id: string;
  value: unknown;
}

const schema = new Schema<SettingDoc>(
  { _id: { type: String, required: true }, value: Schema.Types.Mixed },
  { collection: 'settings', versionKey: false },
);

export const Setting = mongoose.model<SettingDoc>('Setting', schema);
