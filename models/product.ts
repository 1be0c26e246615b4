import mongoose, { Schema } from 'mongoose';

export interface ProductDoc {
  /** The stock-keeping unit of the shop. */
  _id: string;
  /** Names by language; `en` is always there. */
  names: { [language: string]: string };
  category: string;
  /** The picture's motif, drawn by the server. */
  artwork: string;
  soloPrice: number;
  currency: string;
  market: string;
  source: 'seed' | 'import' | 'operator';
  createdAt: Date;
}

const schema = new Schema<ProductDoc>(
  {
    _id: { type: String, required: true },
    names: { type: Schema.Types.Mixed, required: true },
    category: { type: String, required: true },
    artwork: { type: String, required: true },
    soloPrice: { type: Number, required: true },
    currency: { type: String, required: true },
    market: { type: String, required: true },
    source: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'products', versionKey: false },
);

export const Product = mongoose.model<ProductDoc>('Product', schema);
