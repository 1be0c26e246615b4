import { logInteractions } from '#domain/interactions';
import { markFailed, markSent, markUncertain, requeue, SEND_MS } from '#domain/outbox-sending';
import { openAddress } from '#lib/identity';
import { microBatch } from '#lib/micro-batch';
import type { OutboxDoc } from '#models/outbox';
import type { Outbound, SendOutcome } from '#ports/channel';
import type { BotParts } from './parts.ts';

/** Hands claimed messages to their channels: in order within a chat, side by side across chats. */
export interface Sender {
  /** Sends one claimed row; resolves when it was handed over and noted, or laid aside with its reason. */
  send(row: OutboxDoc, address: string): Promise<void>;
  /** Resolves once nothing is on its way any more. */
  idle(): Promise<void>;
}

interface SentRow {
  readonly row: OutboxDoc;
  readonly providerId: string;
  readonly at: Date;
}

const RETRY_STEPS_MS = [1_000, 5_000, 30_000, 120_000, 600_000];

/** Makes the sender. What is handed over is logged as an interaction before it is marked as sent. */
export function createSender(parts: BotParts): Sender {
  const tails = new Map<string, Promise<void>>();
  const noteSent = microBatch<SentRow, undefined>({ maxDelayMs: 3, maxSize: 300, concurrency: 1, run: noteBatch });

  const sendOne = async (row: OutboxDoc, address: string): Promise<void> => {
    const channel = parts.channels.get(row.channel ?? '');
    if (!channel) return markFailed(row._id, `no channel "${row.channel}" is running`);
    const outcome = await channel
      .send(outboundOf(row, address), AbortSignal.timeout(SEND_MS))
      .catch((error: unknown): SendOutcome => ({ kind: 'uncertain', reason: String(error) }));
    if (outcome.kind === 'sent') {
      await noteSent({ row, providerId: outcome.providerId, at: parts.deps.clock.now() });
    } else await layAside(row, outcome);
  };

  return {
    send: (row, address) => {
      const chat = row.chatId ?? row._id;
      const work = (tails.get(chat) ?? Promise.resolve()).then(() => sendOne(row, address));
      const tail = work.catch((error: unknown) => parts.deps.log.error({ err: error, key: row._id }, 'sending failed'));
      tails.set(chat, tail);
      void tail.then(() => {
        if (tails.get(chat) === tail) tails.delete(chat);
      });
      return tail;
    },
    idle: async () => {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}

/** Decrypts where a sealed address leads. */
export function addressOfSeal(parts: BotParts, sealed: { iv: string; data: string; tag: string }): string {
  return openAddress(parts.deps.secrets, sealed);
}

function outboundOf(row: OutboxDoc, to: string): Outbound {
  const { text = '', options = [], imageUrl, imageAlt = '', orderId } = row.rendered ?? { text: '', options: [] };
  return {
    id: row._id,
    to,
    text,
    options,
    ...(imageUrl ? { image: { url: imageUrl, alt: imageAlt } } : {}),
    ...(orderId ? { orderId } : {}),
  };
}

async function noteBatch(sent: SentRow[]): Promise<undefined[]> {
  await logInteractions(
    sent.map(({ row, at }) => ({
      _id: `out:${row._id}`,
      customerId: row.customerId,
      kind: 'message-out',
      at,
      data: { key: row._id, class: row.class, ...(row.chatId ? { channel: row.channel } : {}) },
    })),
  );
  await markSent(
    sent.map(({ row, providerId }) => ({ key: row._id, providerId })),
    sent[0]?.at ?? new Date(),
  );
  return sent.map(() => undefined);
}

/** Does with a message that was not handed over what its class allows. */
async function layAside(row: OutboxDoc, outcome: Exclude<SendOutcome, { kind: 'sent' }>): Promise<void> {
  if (row.class === 'promotional') {
    if (outcome.kind === 'uncertain') return markUncertain(row._id, outcome.reason);
    return markFailed(row._id, outcome.reason);
  }
  if (outcome.kind === 'refused' && !outcome.retry) return markFailed(row._id, outcome.reason);
  const wait = RETRY_STEPS_MS[row.attempts - 1];
  if (wait === undefined) return markFailed(row._id, `gave up: ${outcome.reason}`);
  return requeue(row._id, new Date(Date.now() + wait), outcome.reason);
}
