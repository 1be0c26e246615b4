import mongoose, { Schema } from 'mongoose';

/** Lists what a run publishes; each list has its own gate and its own active run. */
export const LISTS = ['again', 'new', 'popular', 'segments'] as const;
export type ListName = (typeof LISTS)[number];

/** Is the one document that says which run readers see, per list. */
export interface ActiveRunDoc {
  _id: 'active';
  fence: number;
  lists: { [list in ListName]?: { runId: string; at: Date; simple: boolean } };
  previous: { [list in ListName]?: { runId: string; at: Date; simple: boolean } };
}

const schema = new Schema<ActiveRunDoc>(
  {
    _id: { type: String, required: true },
    fence: { type: Number, default: 0 },
    lists: { type: Schema.Types.Mixed, default: {} },
    previous: { type: Schema.Types.Mixed, default: {} },
  },
  { collection: 'activeRuns', versionKey: false, minimize: false },
);

export const ActiveRun = mongoose.model<ActiveRunDoc>('ActiveRun', schema);
