import { nativeCollection } from '#lib/mongo';
import type { Reply } from '#lib/sentence';
import { Outbox, type OutboxDoc } from '#models/outbox';

/** Is one message to be sent, named by its purpose: the same key twice is one message. */
export interface NewMessage {
  readonly key: string;
  readonly customerId: string;
  readonly class: OutboxDoc['class'];
  readonly replies: readonly Reply[];
  readonly createdAt: Date;
  /** Set when it answers in one chat; otherwise the customer's latest chat is chosen when it leaves. */
  readonly chatId?: string;
  readonly channel?: string;
  readonly notBefore?: Date;
  readonly expiresAt?: Date;
  readonly decision?: unknown;
}

let lastSeq = 0;

/** Makes the next order number: system time in microseconds, always rising within a process. */
export function nextSeq(): number {
  lastSeq = Math.max(lastSeq + 1, Date.now() * 1000);
  return lastSeq;
}

const listeners = new Set<() => void>();

/** Calls back whenever this process queues messages, so that a sender here need not wait for its next look. */
export function onQueued(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Queues messages; a key that exists already is left as it is, wherever it has got to. */
export async function enqueueMessages(messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await nativeCollection(Outbox).bulkWrite(
    messages.map((message) => ({
      updateOne: {
        filter: { _id: message.key },
        update: { $setOnInsert: queuedRow(message) },
        upsert: true,
      },
    })),
    { ordered: false },
  );
  for (const listener of listeners) listener();
}

function queuedRow({ key: _key, ...message }: NewMessage): Omit<OutboxDoc, '_id'> {
  const notBefore = message.notBefore ?? message.createdAt;
  return { ...message, notBefore, replies: [...message.replies], state: 'queued', seq: nextSeq(), attempts: 0 };
}
