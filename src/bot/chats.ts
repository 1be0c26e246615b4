import type { Position } from '#conversation/flow';
import { isInstant } from '#conversation/run';
import { markDead, markRetry, stillWaiting } from '#domain/inbox';
import { nextSeq } from '#domain/outbox';
import { CLAIM_MS, type Rendered } from '#domain/outbox-sending';
import { CHAT_LEASE_MS, HANDLED_KEPT } from '#domain/sessions';
import type { Reply } from '#lib/sentence';
import type { InboxDoc } from '#models/inbox';
import type { OutboxDoc } from '#models/outbox';
import type { SessionDoc, SessionReply } from '#models/session';
import type { ChatStore } from './chat-store.ts';
import { type GroupResult, type Handled, runGroup } from './group-turn.ts';
import { type BotParts, inputOf } from './parts.ts';
import { deriveReplies } from './repair.ts';
import { addressOfSeal, type Sender } from './sender.ts';

/** Works through the messages of all chats: in order within one, side by side across them. */
export interface Chats {
  /** Takes a stored message; one that is being worked on already is left alone. */
  take(row: InboxDoc): void;
  /** Tells how many messages are waiting or being worked on. */
  waiting(): number;
  /** Takes nothing more and resolves once every message taken is done. */
  drain(): Promise<void>;
}

export interface ChatsOptions {
  readonly parts: BotParts;
  readonly store: ChatStore;
  readonly sender: Sender;
  /** Finds or makes the customer behind a chat's first message. */
  customerOf(row: InboxDoc): Promise<string>;
}

interface Chat {
  readonly id: string;
  readonly queue: InboxDoc[];
  session: SessionDoc | null;
  leasedUntil: number;
  language: string;
  lastArrival: number;
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
  /** Set when another owner had the chat since our last turn and may have done what waits here. */
  lost: boolean;
  /** Messages that are committed and not yet marked as done, and when they will be. */
  unmarked: number;
  marking: Promise<unknown>;
}

const MOST_AT_ONCE = 50;
const TRIES = 3;
const BACKOFF_MS = [200, 800, 2_000];
const LEASE_RETRY_MS = 1_000;
/** A lease with less left than this is taken anew before a turn. */
const LEASE_MARGIN_MS = CHAT_LEASE_MS / 3;
const IDLE_CHATS_KEPT = 5_000;

/** Makes the worker of chats. Nothing runs until a message is taken. */
export function createChats({ parts, store, sender, customerOf }: ChatsOptions): Chats {
  const chats = new Map<string, Chat>();
  const inWork = new Set<string>();
  let draining: (() => void) | undefined;

  const done = (row: InboxDoc) => {
    inWork.delete(row._id);
    if (inWork.size === 0) draining?.();
  };

  const chatOf = (id: string): Chat => {
    const known = chats.get(id);
    if (known) return known;
    if (chats.size >= IDLE_CHATS_KEPT) forgetIdle(chats);
    const chat: Chat = {
      id,
      queue: [],
      session: null,
      leasedUntil: 0,
      language: 'en',
      lastArrival: 0,
      busy: false,
      timer: undefined,
      lost: false,
      unmarked: 0,
      marking: Promise.resolve(),
    };
    chats.set(id, chat);
    return chat;
  };

  const wake = (chat: Chat, inMs: number) => {
    clearTimeout(chat.timer);
    chat.timer = setTimeout(() => void work(chat), inMs);
  };

  /** Works a chat's queue down; leaves when it is empty, must wait for quiet, or belongs to another process. */
  const work = async (chat: Chat): Promise<void> => {
    if (chat.busy) return;
    chat.busy = true;
    try {
      while (chat.queue.length > 0) {
        const wait = await nextPart(chat);
        if (wait > 0) return wake(chat, wait);
      }
    } catch (error) {
      parts.deps.log.error({ err: error, chat: chat.id }, 'a chat stopped and will be tried again');
      chat.session = null;
      wake(chat, LEASE_RETRY_MS);
    } finally {
      chat.busy = false;
    }
  };

  /** Does one group of a chat's messages; answers how long to wait before looking again, 0 for at once. */
  const nextPart = async (chat: Chat): Promise<number> => {
    const session = await leased(chat);
    if (!session) return LEASE_RETRY_MS;
    const fresh = chat.queue.filter((row) => !session.handled.includes(row._id));
    if (fresh.length === 0) {
      await Promise.all(chat.queue.splice(0).map((row) => finish(session, { row, note: { way: 'again' } })));
      return 0;
    }
    const quiet = quietLeft(parts, chat, session, fresh);
    if (quiet > 0) return quiet;
    return runOrPutBack(chat, session, chat.queue.splice(0, MOST_AT_ONCE));
  };

  /** Keeps messages in line when the database fails in the middle; what was committed by then is known from the session. */
  const runOrPutBack = async (chat: Chat, session: SessionDoc, rows: InboxDoc[]): Promise<number> => {
    try {
      return await runPart(chat, session, rows);
    } catch (error) {
      chat.queue.unshift(...rows.filter((row) => inWork.has(row._id) && !chat.queue.includes(row)));
      throw error;
    }
  };

  const leased = async (chat: Chat): Promise<SessionDoc | null> => {
    if (chat.session && chat.leasedUntil - Date.now() > LEASE_MARGIN_MS) return chat.session;
    const first = chat.queue[0] as InboxDoc;
    const askedAt = Date.now();
    const wanted = { chatId: chat.id, channel: first.channel, customerId: () => customerOf(first) };
    chat.session = await store.lease(wanted);
    // The next commit replaces what is pending, so what an earlier owner or a failed write left must have its rows first.
    if (chat.session) await deriveReplies(parts, chat.session);
    chat.leasedUntil = askedAt + CHAT_LEASE_MS;
    if (!chat.session) chat.lost = true;
    else if (chat.lost) await letGoOfDone(chat);
    return chat.session;
  };

  /** Lets go of what another owner did while it waited here: the session remembers only its last messages by id. */
  const letGoOfDone = async (chat: Chat): Promise<void> => {
    const asked = [...chat.queue];
    const waiting = await stillWaiting(asked.map(({ _id }) => _id));
    for (const row of asked.filter(({ _id }) => !waiting.has(_id))) {
      chat.queue.splice(chat.queue.indexOf(row), 1);
      done(row);
    }
    chat.lost = false;
  };

  const runPart = async (chat: Chat, session: SessionDoc, rows: InboxDoc[]): Promise<number> => {
    const seen = await store.look({ chatId: chat.id, customerId: session.customerId });
    if (!seen) throw new Error(`session ${session._id} names customer ${session.customerId}, who does not exist`);
    if (seen.fence !== session.fence) return tryElsewhere(chat, rows, 1);
    if (session.takeover && session.takeover.until > parts.deps.clock.now()) {
      await Promise.all(rows.map((row) => finish(session, { row, note: { way: 'takeover' } })));
      return 0;
    }
    const again = rows.filter((row) => session.handled.includes(row._id));
    const todo = rows.filter((row) => !session.handled.includes(row._id));
    const result = readable(parts, await runGroup(parts, session, seen.customer, todo), todo);
    chat.language = result.customer.language;
    // What the session has forgotten must be marked in the inbox, or a crash would let it be handled again.
    if (chat.unmarked + todo.length > HANDLED_KEPT) await chat.marking;
    if (result.handled.length > 0 && !(await commit(chat, session, result))) return tryElsewhere(chat, rows);
    markLater(chat, session, [...again.map((row) => ({ row, note: { way: 'again' } })), ...result.handled]);
    return result.failed ? retryLater(chat, session, todo, result) : 0;
  };

  /** Puts messages back in line for whoever has the chat next; answers how long to wait before asking for it. */
  const tryElsewhere = (chat: Chat, rows: readonly InboxDoc[], waitMs = LEASE_RETRY_MS): number => {
    chat.session = null;
    chat.lost = true;
    chat.queue.unshift(...rows);
    return waitMs;
  };

  const markLater = (chat: Chat, session: SessionDoc, handled: readonly Handled[]): void => {
    const marks = Promise.all(handled.map((one) => finish(session, one))).catch((error: unknown) =>
      parts.deps.log.error({ err: error }, 'marking a turn as done failed; it is tried again'),
    );
    chat.unmarked += handled.length;
    chat.marking = Promise.all([chat.marking, marks]).then(() => {
      chat.unmarked -= handled.length;
    });
  };

  /** Writes the one commit of a group and hands its reply over. */
  const commit = async (chat: Chat, session: SessionDoc, result: ReadableGroup): Promise<boolean> => {
    const last = (result.handled.at(-1) as Handled).row;
    const reply = result.replies.length > 0 ? replyOf(last, result) : null;
    const pending = reply ? [reply] : [];
    const shown = reply && result.replies.some(({ options }) => options?.length) ? reply.key : undefined;
    const inboxIds = result.handled.map(({ row, note }) => (note['way'] === 'dead' ? `dead:${row._id}` : row._id));
    const committed = await store.commit({
      chatId: chat.id,
      owner: parts.owner,
      fence: session.fence,
      rev: session.rev,
      position: result.position,
      inboxIds,
      pending,
      shown,
    });
    if (!committed) return false;
    session.rev += 1;
    session.position = result.position;
    session.handled = [...session.handled, ...inboxIds].slice(-HANDLED_KEPT);
    session.pending = pending;
    if (shown) session.shown = shown;
    chat.leasedUntil = Date.now() + CHAT_LEASE_MS;
    if (reply && result.rendered) await handOver(session, last, reply, result.rendered);
    return true;
  };

  const handOver = async (session: SessionDoc, row: InboxDoc, reply: SessionReply, rendered: Rendered) => {
    const message = claimedReply(parts, session, reply, rendered);
    await store.insertReply(message);
    void sender.send(message, addressOfSeal(parts, row.sealed));
  };

  /** Logs and marks a message; one that cannot be marked is let go of, so that the next look for waiting ones finds it. */
  const finish = async (session: SessionDoc, { row, note }: Handled): Promise<void> => {
    const interaction = {
      _id: `in:${row._id}`,
      customerId: session.customerId,
      kind: 'message-in' as const,
      at: row.at,
      data: { kind: row.kind, channel: row.channel, ...note },
    };
    try {
      await store.finish({ inboxId: row._id, interaction });
    } finally {
      done(row);
    }
  };

  /** Puts a message whose turn threw back in line, or lays it aside after the last try and says sorry. */
  const retryLater = async (
    chat: Chat,
    session: SessionDoc,
    todo: InboxDoc[],
    result: GroupResult,
  ): Promise<number> => {
    const { row, error } = result.failed as NonNullable<GroupResult['failed']>;
    const rest = todo.slice(todo.indexOf(row) + 1);
    row.attempts += 1;
    parts.deps.log.error({ err: error, inbox: row._id, attempt: row.attempts }, 'a turn failed');
    if (row.attempts < TRIES) {
      const wait = BACKOFF_MS[row.attempts - 1] ?? 2_000;
      await markRetry(row._id, new Date(Date.now() + wait), String(error));
      chat.queue.unshift(row, ...rest);
      return wait;
    }
    chat.queue.unshift(...rest);
    const sorry: readonly Reply[] = [{ copy: 'bot.sorry' }];
    const apology = { ...result, replies: sorry, handled: [{ row, note: { way: 'dead' } }], failed: null };
    const dead = { ...apology, rendered: renderedOf(parts, apology) };
    if (!(await commit(chat, session, dead))) return tryElsewhere(chat, [row]);
    await markDead(row._id, String(error));
    done(row);
    return 0;
  };

  return {
    take: (row) => {
      if (inWork.has(row._id)) return;
      inWork.add(row._id);
      const chat = chatOf(row.chatId);
      chat.queue.push(row);
      chat.lastArrival = Date.now();
      if (!chat.busy) wake(chat, 0);
    },
    waiting: () => inWork.size,
    drain: () =>
      new Promise((resolve) => {
        draining = resolve;
        if (inWork.size === 0) resolve();
      }),
  };
}

/** Tells how long (ms) a chat with only free text should still be left in peace, 0 for no longer. */
function quietLeft(parts: BotParts, chat: Chat, session: SessionDoc, fresh: readonly InboxDoc[]): number {
  const instant = fresh.some((row) =>
    isInstant(session.position as Position | null, inputOf(row, session.shown), parts.engine, chat.language),
  );
  if (instant || fresh.length >= MOST_AT_ONCE) return 0;
  return parts.quietMs(fresh[0]?.channel ?? '') - (Date.now() - chat.lastArrival);
}

/** Is a group with the one text its replies came to; null where it says nothing. */
interface ReadableGroup extends GroupResult {
  readonly rendered: Rendered | null;
}

/** Renders a group's reply before anything is written; where that fails its turns count as failed. */
function readable(parts: BotParts, result: GroupResult, rows: readonly InboxDoc[]): ReadableGroup {
  try {
    return { ...result, rendered: renderedOf(parts, result) };
  } catch (error) {
    return { ...result, rendered: null, handled: [], failed: { row: rows[0] as InboxDoc, error } };
  }
}

function renderedOf(parts: BotParts, { replies, customer }: GroupResult): Rendered | null {
  if (replies.length === 0) return null;
  const { language, zone } = customer;
  return parts.render(replies, { language, zone, now: parts.deps.clock.now() });
}

function replyOf(row: InboxDoc, result: GroupResult): SessionReply {
  return {
    key: `reply:${row._id}:0`,
    inboxId: row._id,
    replies: [...result.replies],
    language: result.customer.language,
    at: new Date(),
  };
}

/** Makes the outbox row of a reply, claimed by this process from the start, with its text fixed. */
function claimedReply(parts: BotParts, session: SessionDoc, reply: SessionReply, rendered: Rendered): OutboxDoc {
  const now = parts.deps.clock.now();
  return {
    _id: reply.key,
    customerId: session.customerId,
    chatId: session._id,
    channel: session.channel,
    class: 'transactional',
    state: 'sending',
    replies: [...reply.replies],
    rendered,
    createdAt: now,
    notBefore: now,
    seq: nextSeq(),
    claim: { owner: parts.owner, until: new Date(Date.now() + CLAIM_MS) },
    attempts: 1,
  };
}

function forgetIdle(chats: Map<string, Chat>): void {
  for (const [id, chat] of chats) if (!chat.busy && chat.queue.length === 0) chats.delete(id);
}
