import mongoose, { Schema } from 'mongoose';

/** A row starts `new` and ends `done` or `dead`; a dead one says why and can be replayed. */
export const INBOX_STATES = ['new', 'done', 'dead'] as const;

export interface InboxDoc {
  /** HMAC of channel, sender and the channel's message id: the same message is the same row. */
  _id: string;
  channel: string;
  /** The chat: `<channel>:<address key>`. Order is kept within it. */
  chatId: string;
  kind: string;
  text: string;
  option?: string;
  replyTo?: string;
  /** The sender's address, sealed, kept only until the chat has a customer. */
  sealed: { iv: string; data: string; tag: string };
  mask: string;
  /** When the channel says it was written. */
  at: Date;
  /** When it was stored (system time), and the order of handling within the chat. */
  receivedAt: Date;
  seq: number;
  state: (typeof INBOX_STATES)[number];
  attempts: number;
  retryAt?: Date;
  doneAt?: Date;
  reason?: string;
}

const schema = new Schema<InboxDoc>(
  {
    _id: { type: String, required: true },
    channel: { type: String, required: true },
    chatId: { type: String, required: true },
    kind: { type: String, required: true },
    text: { type: String, default: '' },
    option: String,
    replyTo: String,
    sealed: { _id: false, type: { iv: String, data: String, tag: String } },
    mask: String,
    at: { type: Date, required: true },
    receivedAt: { type: Date, required: true },
    seq: { type: Number, required: true },
    state: { type: String, enum: INBOX_STATES, required: true },
    attempts: { type: Number, default: 0 },
    retryAt: Date,
    doneAt: Date,
    reason: String,
  },
  { collection: 'inbox', versionKey: false },
);
schema.index({ receivedAt: 1, seq: 1 }, { partialFilterExpression: { state: 'new' }, name: 'waiting' });
schema.index({ chatId: 1, seq: 1 });
schema.index({ state: 1, receivedAt: 1 }, { partialFilterExpression: { state: 'dead' }, name: 'dead' });

export const Inbox = mongoose.model<InboxDoc>('Inbox', schema);
