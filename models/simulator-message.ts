import mongoose, { Schema } from 'mongoose';

export interface SimulatorMessageDoc {
  /** `in:<phone key>:<message id>` or `out:<phone key>:<outbox key>`: a repeat is the same row. */
  _id: string;
  /** The phone's lookup key; the number itself is never stored. */
  phone: string;
  /** The place in the phone's history. */
  seq: number;
  direction: 'in' | 'out';
  messageId: string;
  kind: string;
  text: string;
  imageUrl?: string;
  imageAlt?: string;
  options?: { id: string; label: string }[];
  option?: string;
  replyTo?: string;
  orderId?: string;
  /** Business time. */
  at: Date;
}

const schema = new Schema<SimulatorMessageDoc>(
  {
    _id: { type: String, required: true },
    phone: { type: String, required: true },
    seq: { type: Number, required: true },
    direction: { type: String, enum: ['in', 'out'], required: true },
    messageId: { type: String, required: true },
    kind: { type: String, required: true },
    text: { type: String, default: '' },
    imageUrl: String,
    imageAlt: String,
    options: { type: [{ _id: false, id: String, label: String }], default: undefined } as never,
    option: String,
    replyTo: String,
    orderId: String,
    at: { type: Date, required: true },
  },
  { collection: 'simulator_messages', versionKey: false },
);
schema.index({ phone: 1, seq: 1 }, { unique: true });

export const SimulatorMessage = mongoose.model<SimulatorMessageDoc>('SimulatorMessage', schema);
