import { enqueueMessages } from '#domain/outbox';
import { dropPending, sessionsWithPending } from '#domain/sessions';
import type { Reply } from '#lib/sentence';
import { Outbox } from '#models/outbox';
import type { SessionDoc } from '#models/session';
import type { BotParts } from './parts.ts';

/** Replies committed longer ago than this (ms) whose outbox rows are not known to exist are looked after. */
export const REPAIR_AFTER_MS = 10_000;
const BATCH = 200;

/**
 * Makes the outbox rows that committed turns still owe; rows that exist stay as they are. Safe to run at any time,
 * any number of times. Answers how many sessions it looked after.
 */
export async function repairReplies(parts: BotParts, olderThanMs = REPAIR_AFTER_MS): Promise<number> {
  const sessions = await sessionsWithPending(new Date(Date.now() - olderThanMs), BATCH);
  for (const session of sessions) {
    await deriveReplies(parts, session);
    const keys = session.pending.map(({ key }) => key);
    const there = await Outbox.countDocuments({ _id: { $in: keys } });
    if (there === keys.length) await dropPending(session._id, keys);
  }
  return sessions.length;
}

/** Makes the outbox rows of a session's committed replies where they are missing. */
export async function deriveReplies(parts: BotParts, session: SessionDoc): Promise<void> {
  await enqueueMessages(
    session.pending.map((reply) => ({
      key: reply.key,
      customerId: session.customerId,
      chatId: session._id,
      channel: session.channel,
      class: 'transactional' as const,
      replies: reply.replies as Reply[],
      createdAt: parts.deps.clock.now(),
    })),
  );
}
