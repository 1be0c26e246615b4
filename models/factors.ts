import mongoose, { Schema } from 'mongoose';

/** Holds the item side of one market's factorization of a run, so that new purchases can be folded in. */
export interface FactorsDoc {
  /** `<run>:<market>` */
  _id: string;
  runId: string;
  market: string;
  factors: number;
  regularization: number;
  alpha: number;
  /** Product of each row. */
  products: string[];
  /** Products x factors, 64-bit floats of the machine's byte order. */
  itemFactors: Buffer;
  /** Factors x factors. */
  gram: Buffer;
}

const schema = new Schema<FactorsDoc>(
  {
    _id: { type: String, required: true },
    runId: { type: String, required: true },
    market: { type: String, required: true },
    factors: { type: Number, required: true },
    regularization: { type: Number, required: true },
    alpha: { type: Number, required: true },
    products: { type: [String], required: true },
    itemFactors: { type: Buffer, required: true } as never,
    gram: { type: Buffer, required: true } as never,
  },
  { collection: 'factors', versionKey: false },
);
schema.index({ runId: 1 });

export const Factors = mongoose.model<FactorsDoc>('Factors', schema);
