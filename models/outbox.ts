import mongoose, { Schema } from 'mongoose';

/** `uncertain`: nobody knows whether it arrived. `cancelled`: it was taken back before it left. */
export const OUTBOX_STATES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'uncertain',
  'cancelled',
] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** Transactional messages are sent at least once, promotional ones at most once. */
export const OUTBOX_CLASSES = ['transactional', 'promotional'] as const;

export interface OutboxDoc {
  /** The purpose key: `reply:<inbox>:<n>`, `notice:<event>:<customer>`, `next:<customer>:<day>`, `deal:<deal>:<customer>`. */
  _id: string;
  customerId: string;
  /** The chat it goes to; chosen at the claim when the row is for a person rather than a chat. */
  chatId?: string;
  channel?: string;
  class: (typeof OUTBOX_CLASSES)[number];
  state: OutboxState;
  /** Sentences with their values, as JSON; rendered late, in the reader's language. */
  replies: unknown[];
  /** What was sent, fixed at the claim. */
  rendered?: {
    text: string;
    options: { id: string; label: string; number: string }[];
    imageUrl?: string;
    imageAlt?: string;
    orderId?: string;
  };
  /** Business time. */
  createdAt: Date;
  /** When it may leave at the earliest; a queued row always has it. */
  notBefore?: Date;
  expiresAt?: Date;
  /** Order within the chat. */
  seq: number;
  /** System time. */
  claim?: { owner: string; until: Date };
  attempts: number;
  retryAt?: Date;
  /** The channel's id of the message; absent when that is the row's own key. */
  providerId?: string;
  sentAt?: Date;
  deliveredAt?: Date;
  readAt?: Date;
  reason?: string;
  /** Promotional rows: what was decided and from what. */
  decision?: unknown;
}

const schema = new Schema<OutboxDoc>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    chatId: String,
    channel: String,
    class: { type: String, enum: OUTBOX_CLASSES, required: true },
    state: { type: String, enum: OUTBOX_STATES, required: true },
    replies: { type: [Schema.Types.Mixed], default: [] } as never,
    rendered: { type: Schema.Types.Mixed },
    createdAt: { type: Date, required: true },
    notBefore: Date,
    expiresAt: Date,
    seq: { type: Number, required: true },
    claim: { type: { owner: String, until: Date }, _id: false },
    attempts: { type: Number, default: 0 },
    retryAt: Date,
    providerId: String,
    sentAt: Date,
    deliveredAt: Date,
    readAt: Date,
    reason: String,
    decision: Schema.Types.Mixed,
  },
  { collection: 'outbox', versionKey: false, minimize: false },
);
schema.index({ class: 1, notBefore: 1, seq: 1 }, { partialFilterExpression: { state: 'queued' }, name: 'due' });
schema.index({ 'claim.until': 1 }, { partialFilterExpression: { state: 'sending' }, name: 'sending' });
schema.index({ customerId: 1, createdAt: -1 });

export const Outbox = mongoose.model<OutboxDoc>('Outbox', schema);
