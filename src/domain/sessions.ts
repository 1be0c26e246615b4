import { nativeCollection } from '#lib/mongo';
import { isDeadLocalOwner } from '#lib/owner';
import { Session, type SessionDoc, type SessionReply } from '#models/session';

/** How long a chat belongs to the process that took it, unless it goes on working there (system time). */
export const CHAT_LEASE_MS = 15_000;
/** So many messages a session remembers by id. */
export const HANDLED_KEPT = 100;

/** Names a chat to take, and what its session starts with when it is the first time. */
export interface WantedChat {
  readonly chatId: string;
  readonly channel: string;
  /** Finds or makes the customer; called only for a chat that has no session yet. */
  readonly customerId: () => Promise<string>;
}

/**
 * Takes the leases of chats for `owner` and reads their sessions, many at once.
 * A chat that another live owner holds is missing from the answer. Taking a lease raises the session's fence, which
 * every write of a turn carries in its filter.
 */
export async function leaseChats(owner: string, wanted: readonly WantedChat[]): Promise<Map<string, SessionDoc>> {
  const now = new Date();
  const until = new Date(now.getTime() + CHAT_LEASE_MS);
  const ids = wanted.map(({ chatId }) => chatId);
  await nativeCollection(Session).updateMany(
    { _id: { $in: ids }, 'lease.until': { $lt: now } },
    { $set: { lease: { owner, until } }, $inc: { fence: 1 } },
  );
  const known = await nativeCollection(Session)
    .find({ _id: { $in: ids } })
    .toArray();
  const mine = new Map(known.filter(({ lease }) => lease.owner === owner).map((session) => [session._id, session]));
  const seen = new Set(known.map(({ _id }) => _id));
  const fresh = wanted.filter(({ chatId }) => !seen.has(chatId));
  for (const session of await openSessions(owner, until, fresh)) mine.set(session._id, session);
  return mine;
}

async function openSessions(owner: string, until: Date, wanted: readonly WantedChat[]): Promise<SessionDoc[]> {
  const opened = await Promise.all(wanted.map((chat) => openSession(owner, until, chat)));
  return opened.filter((session) => session !== null);
}

async function openSession(owner: string, until: Date, chat: WantedChat): Promise<SessionDoc | null> {
  const row: Omit<SessionDoc, '_id'> = {
    customerId: await chat.customerId(),
    channel: chat.channel,
    fence: 1,
    lease: { owner, until },
    rev: 0,
    position: null,
    handled: [],
    pending: [],
    updatedAt: new Date(),
  };
  await Session.updateOne({ _id: chat.chatId }, { $setOnInsert: row }, { upsert: true });
  const session = await Session.findById(chat.chatId).lean<SessionDoc>();
  return session?.lease.owner === owner ? session : null;
}

/** Is what one or more turns of a chat changed, to be written in one guarded update. */
export interface TurnCommit {
  readonly chatId: string;
  readonly owner: string;
  readonly fence: number;
  /** The revision the turns began at. */
  readonly rev: number;
  readonly position: unknown;
  readonly inboxIds: readonly string[];
  readonly pending: readonly SessionReply[];
  readonly shown: string | undefined;
}

/**
 * Commits turns of several chats in one batch, each by its own filter (chat, fence, revision), renewing their leases.
 * Answers, in order, whether each one was committed; one that was not has lost its chat and changed nothing.
 */
export async function commitTurns(commits: readonly TurnCommit[]): Promise<boolean[]> {
  const until = new Date(Date.now() + CHAT_LEASE_MS);
  const { matchedCount } = await nativeCollection(Session).bulkWrite(
    commits.map((commit) => ({
      updateOne: {
        filter: { _id: commit.chatId, fence: commit.fence, rev: commit.rev },
        update: {
          $set: {
            position: commit.position,
            pending: [...commit.pending],
            rev: commit.rev + 1,
            lease: { owner: commit.owner, until },
            updatedAt: new Date(),
            ...(commit.shown === undefined ? {} : { shown: commit.shown }),
          },
          $push: { handled: { $each: [...commit.inboxIds], $slice: -HANDLED_KEPT } },
        },
      },
    })),
    { ordered: false },
  );
  if (matchedCount === commits.length) return commits.map(() => true);
  return whichCommitted(commits);
}

async function whichCommitted(commits: readonly TurnCommit[]): Promise<boolean[]> {
  const rows = await Session.find({ _id: { $in: commits.map(({ chatId }) => chatId) } }, { fence: 1, rev: 1 }).lean();
  const byId = new Map(rows.map((row) => [row._id, row]));
  return commits.map(({ chatId, fence, rev }) => {
    const row = byId.get(chatId);
    return row?.fence === fence && row.rev === rev + 1;
  });
}

/** Gives chats back, so that another process may take them at once. */
export async function releaseChats(owner: string): Promise<void> {
  await Session.updateMany({ 'lease.owner': owner }, { $set: { 'lease.until': new Date(0) } });
}

/** Frees the chats of processes of this machine that are gone; says how many. */
export async function releaseDeadChats(self: string): Promise<number> {
  const owners = (await Session.distinct('lease.owner', { 'lease.until': { $gt: new Date() } })) as string[];
  const dead = owners.filter((owner) => isDeadLocalOwner(owner, self));
  if (dead.length === 0) return 0;
  const { modifiedCount } = await Session.updateMany(
    { 'lease.owner': { $in: dead } },
    { $set: { 'lease.until': new Date(0) } },
  );
  return modifiedCount;
}

/** Lists sessions whose replies were committed before `before` (system time) and may lack their outbox rows. */
export async function sessionsWithPending(before: Date, limit: number): Promise<SessionDoc[]> {
  return Session.find({ 'pending.at': { $lt: before } })
    .limit(limit)
    .lean<SessionDoc[]>();
}

/** Forgets replies whose outbox rows exist. */
export async function dropPending(chatId: string, keys: readonly string[]): Promise<void> {
  await nativeCollection(Session).updateOne({ _id: chatId }, {
    $pull: { pending: { key: { $in: [...keys] } } },
  } as never);
}

/** Finds the chat a customer used last; null for somebody who has never written. */
export async function latestChat(customerIds: readonly string[]): Promise<SessionDoc | null> {
  return Session.findOne({ customerId: { $in: [...customerIds] } })
    .sort({ updatedAt: -1 })
    .lean<SessionDoc>();
}
