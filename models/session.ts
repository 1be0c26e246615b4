import mongoose, { Schema } from 'mongoose';

export interface SessionReply {
  readonly key: string;
  readonly inboxId: string;
  readonly replies: unknown[];
  readonly language: string;
  readonly at: Date;
}

export interface SessionDoc {
  /** The chat id. */
  _id: string;
  customerId: string;
  channel: string;
  /** Rises by one with every owner; every write of a turn carries it in its filter. */
  fence: number;
  lease: { owner: string; until: Date };
  /** Rises by one with every turn. */
  rev: number;
  position: unknown;
  /** The last hundred inbox ids whose turns are committed here. */
  handled: string[];
  /** Replies whose outbox rows are not known to exist yet. */
  pending: SessionReply[];
  /** The outbox key of the last message that asked something; a reply that quotes another one answers an old menu. */
  shown?: string;
  /** Set while a person answers in this chat. */
  takeover?: { by: string; at: Date; until: Date };
  updatedAt: Date;
}

const schema = new Schema<SessionDoc>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    channel: { type: String, required: true },
    fence: { type: Number, required: true },
    lease: { type: { owner: String, until: Date }, _id: false, required: true },
    rev: { type: Number, required: true },
    position: { type: Schema.Types.Mixed, default: null },
    handled: [String],
    pending: { type: [Schema.Types.Mixed], default: [] } as never,
    shown: String,
    takeover: { type: { by: String, at: Date, until: Date }, _id: false },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'sessions', versionKey: false, minimize: false },
);
schema.index({ customerId: 1 });
schema.index({ 'pending.at': 1 }, { partialFilterExpression: { 'pending.at': { $exists: true } } });
schema.index({ 'lease.owner': 1 });
schema.index({ 'takeover.until': 1 }, { partialFilterExpression: { 'takeover.until': { $exists: true } } });

export const Session = mongoose.model<SessionDoc>('Session', schema);
