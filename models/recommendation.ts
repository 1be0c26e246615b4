import mongoose, { Schema } from 'mongoose';

/** Is one ranked product with the reason that is shown: a copy key and the product or number it names. */
export interface RankedProduct {
  readonly productId: string;
  readonly score: number;
  readonly reason: {
    readonly kind: 'bought-before' | 'because-you-bought' | 'popular-now';
    readonly productId?: string;
    readonly count?: number;
  };
}

/** Holds one customer's ranked list from one run; `customerId` is `*` for the list everyone falls back to. */
export interface RecommendationDoc {
  /** `<run>:<list>:<customer>` */
  _id: string;
  runId: string;
  list: 'again' | 'new' | 'popular';
  customerId: string;
  items: RankedProduct[];
}

const schema = new Schema<RecommendationDoc>(
  {
    _id: { type: String, required: true },
    runId: { type: String, required: true },
    list: { type: String, required: true },
    customerId: { type: String, required: true },
    items: { type: [Schema.Types.Mixed], required: true } as never,
  },
  { collection: 'recommendations', versionKey: false },
);
schema.index({ runId: 1, list: 1 });

export const Recommendation = mongoose.model<RecommendationDoc>('Recommendation', schema);
