import mongoose, { Schema } from 'mongoose';

/** Is one import of a shop's export: where it stands, so that it can go on, and what it left out. */
export interface ImportRunDoc {
  /** Derived from the kind and the source, so that the same import again is the same run. */
  _id: string;
  kind: string;
  source: string;
  state: 'running' | 'done' | 'failed';
  /** Whole weeks all dates were moved by. */
  shiftWeeks: number;
  /** Files read to their end. */
  filesDone: string[];
  counts: { [name: string]: number };
  startedAt: Date;
  finishedAt?: Date;
  error?: string;
}

const runSchema = new Schema<ImportRunDoc>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    source: { type: String, required: true },
    state: { type: String, required: true },
    shiftWeeks: { type: Number, default: 0 },
    filesDone: [String],
    counts: { type: Schema.Types.Mixed, default: {} },
    startedAt: { type: Date, required: true },
    finishedAt: Date,
    error: String,
  },
  { collection: 'importRuns', versionKey: false, minimize: false },
);

export const ImportRun = mongoose.model<ImportRunDoc>('ImportRun', runSchema);

/** Keeps one row that could not be read, with its line and the reason. */
export interface ImportRejectDoc {
  /** `<run>:<file>:<line>` */
  _id: string;
  importRun: string;
  file: string;
  line: number;
  reason: string;
  row: string;
}

const rejectSchema = new Schema<ImportRejectDoc>(
  {
    _id: { type: String, required: true },
    importRun: { type: String, required: true },
    file: { type: String, required: true },
    line: { type: Number, required: true },
    reason: { type: String, required: true },
    row: String,
  },
  { collection: 'importRejects', versionKey: false },
);
rejectSchema.index({ importRun: 1, line: 1 });

export const ImportReject = mongoose.model<ImportRejectDoc>('ImportReject', rejectSchema);
