import { customerById } from '#domain/customers';
import { markDone } from '#domain/inbox';
import { logInteractions } from '#domain/interactions';
import { insertClaimed } from '#domain/outbox-sending';
import { commitTurns, leaseChats, type TurnCommit, type WantedChat } from '#domain/sessions';
import { microBatch } from '#lib/micro-batch';
import { nativeCollection } from '#lib/mongo';
import { Customer, type CustomerDoc } from '#models/customer';
import type { InteractionDoc } from '#models/interaction';
import type { OutboxDoc } from '#models/outbox';
import { Session, type SessionDoc } from '#models/session';

/** Names whom a turn is about. */
export interface Looked {
  readonly chatId: string;
  readonly customerId: string;
}

/** Is what the turn about to run must know as it is now. */
export interface Seen {
  readonly customer: CustomerDoc;
  readonly fence: number;
}

/** Is what a finished message leaves behind: its interaction row and its mark in the inbox. */
export interface Finished {
  readonly inboxId: string;
  readonly interaction: InteractionDoc;
}

/**
 * Writes what turns need, many chats in one round trip: one fsynced write costs as much as a batch of them.
 * Every row still stands or falls by its own filter.
 */
export interface ChatStore {
  lease(chat: WantedChat): Promise<SessionDoc | null>;
  /** Reads the customer, and the session's fence: another one than ours means that somebody else stepped in. */
  look(chat: Looked): Promise<Seen | null>;
  commit(turn: TurnCommit): Promise<boolean>;
  insertReply(row: OutboxDoc): Promise<void>;
  finish(done: Finished): Promise<void>;
}

/** Makes the batched store for one owner of chats. */
export function createChatStore(owner: string): ChatStore {
  const lease = microBatch<WantedChat, SessionDoc | null>({
    maxDelayMs: 1,
    maxSize: 100,
    run: async (chats) => {
      const leased = await leaseChats(owner, chats);
      return chats.map(({ chatId }) => leased.get(chatId) ?? null);
    },
  });
  const look = microBatch<Looked, Seen | null>({ maxDelayMs: 1, maxSize: 200, run: lookAll });
  const commit = microBatch<TurnCommit, boolean>({
    maxDelayMs: 1,
    maxSize: 100,
    run: commitTurns,
  });
  const insertReply = microBatch<OutboxDoc, undefined>({
    maxDelayMs: 1,
    maxSize: 200,
    run: async (rows) => {
      await insertClaimed(rows);
      return rows.map(() => undefined);
    },
  });
  const finish = microBatch<Finished, undefined>({
    maxDelayMs: 10,
    maxSize: 500,
    run: async (done) => {
      await logInteractions(done.map(({ interaction }) => interaction));
      await markDone(done.map(({ inboxId }) => inboxId));
      return done.map(() => undefined);
    },
  });
  return { lease, look, commit, insertReply, finish };
}

async function lookAll(wanted: Looked[]): Promise<(Seen | null)[]> {
  const [customers, sessions] = await Promise.all([
    nativeCollection(Customer)
      .find({ _id: { $in: wanted.map(({ customerId }) => customerId) } })
      .toArray(),
    nativeCollection(Session)
      .find({ _id: { $in: wanted.map(({ chatId }) => chatId) } }, { projection: { fence: 1 } })
      .toArray(),
  ]);
  const customerOf = await byOriginalId(customers);
  const fenceOf = new Map(sessions.map((row) => [row._id, row.fence]));
  return wanted.map(({ chatId, customerId }) => {
    const customer = customerOf.get(customerId);
    const fence = fenceOf.get(chatId);
    return customer && fence !== undefined ? { customer, fence } : null;
  });
}

/** Finds rows by the id they were asked by, which for a merged customer is not the id of her row. */
async function byOriginalId(customers: readonly CustomerDoc[]): Promise<Map<string, CustomerDoc>> {
  const merged = customers.filter(({ mergedInto }) => mergedInto !== undefined);
  const rows = await Promise.all(merged.map(({ _id }) => customerById(_id)));
  const found = new Map(customers.map((row) => [row._id, row]));
  for (const [index, row] of rows.entries()) if (row) found.set(merged[index]?._id ?? '', row);
  return found;
}
