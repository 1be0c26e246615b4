import { addressKey, maskAddress, sealAddress } from '#lib/identity';
import { microBatch } from '#lib/micro-batch';
import { nativeCollection } from '#lib/mongo';
import { Inbox, type InboxDoc } from '#models/inbox';
import type { Inbound } from '#ports/channel';
import type { Deps } from './deps.ts';
import { nextSeq } from './outbox.ts';

const DUPLICATE_KEY = 11000;
/** No message is kept longer than this; the rest of a longer one is cut off. */
const LONGEST_TEXT = 65_536;

/** Says whether a message is new; a new one comes with its row. */
export type Stored = { readonly kind: 'new'; readonly row: InboxDoc } | { readonly kind: 'duplicate' };

/** Stores what a channel hears, before anything else happens with it. */
export type StoreInbound = (message: Inbound) => Promise<Stored>;

/** Makes the id of the chat that an address of a channel stands for. */
export function chatIdOf(deps: Pick<Deps, 'secrets'>, channel: string, address: string): string {
  return `${channel}:${addressKey(deps.secrets, channel, address)}`;
}

/** Makes the store of inbound messages; concurrent ones are written together, each still counted by itself. */
export function inboxStore(deps: Pick<Deps, 'secrets'>): StoreInbound {
  const store = microBatch<InboxDoc, Stored>({ maxDelayMs: 2, maxSize: 200, concurrency: 2, run: insertRows });
  return (message) => store(toRow(deps, message));
}

function toRow({ secrets }: Pick<Deps, 'secrets'>, message: Inbound): InboxDoc {
  return {
    _id: addressKey(secrets, `${message.channel}|${message.from}`, message.id),
    channel: message.channel,
    chatId: chatIdOf({ secrets }, message.channel, message.from),
    kind: message.kind,
    text: message.text.slice(0, LONGEST_TEXT),
    ...(message.option === undefined ? {} : { option: message.option }),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    sealed: sealAddress(secrets, message.from),
    mask: maskAddress(message.from),
    at: message.at,
    receivedAt: new Date(),
    seq: nextSeq(),
    state: 'new',
    attempts: 0,
  };
}

async function insertRows(rows: InboxDoc[]): Promise<Stored[]> {
  const refused = await insertUnordered(rows);
  return rows.map((row, index) => (refused.has(index) ? { kind: 'duplicate' } : { kind: 'new', row }));
}

/** Inserts rows and gives the indexes of those that were there already; any other refusal is thrown. */
async function insertUnordered(rows: InboxDoc[]): Promise<ReadonlySet<number>> {
  try {
    await nativeCollection(Inbox).insertMany(rows, { ordered: false });
    return new Set();
  } catch (error) {
    const failures = writeErrorsOf(error);
    if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return new Set(failures.map(({ index }) => index));
  }
}

function writeErrorsOf(error: unknown): { index: number; code: number | undefined }[] {
  const { writeErrors } = (error ?? {}) as { writeErrors?: unknown };
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []) as {
    index: number;
    code?: number;
  }[];
  return list.map(({ index, code }) => ({ index, code }));
}

/** Lists rows that wait, oldest first, at most `limit`, stored before `before` (system time). */
export async function waitingRows(before: Date, limit: number): Promise<InboxDoc[]> {
  return nativeCollection(Inbox)
    .find({ state: 'new', receivedAt: { $lte: before } })
    .sort({ receivedAt: 1, seq: 1 })
    .limit(limit)
    .toArray();
}

/** Tells which of these rows nobody has finished yet. */
export async function stillWaiting(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await Inbox.find({ _id: { $in: [...ids] }, state: 'new' }, { _id: 1 }).lean();
  return new Set(rows.map(({ _id }) => _id));
}

/** Marks rows as handled. A row that is done or dead stays as it is. */
export async function markDone(ids: readonly string[], reason?: string): Promise<void> {
  if (ids.length === 0) return;
  await nativeCollection(Inbox).updateMany(
    { _id: { $in: [...ids] }, state: 'new' },
    { $set: { state: 'done', doneAt: new Date(), ...(reason ? { reason } : {}) } },
  );
}

/** Counts a failed try of a row and says when the next one is due (system time). */
export async function markRetry(id: string, retryAt: Date, reason: string): Promise<void> {
  await Inbox.updateOne({ _id: id, state: 'new' }, { $inc: { attempts: 1 }, $set: { retryAt, reason } });
}

/** Lays a row aside with its reason; an operator can replay it. */
export async function markDead(id: string, reason: string): Promise<void> {
  await Inbox.updateOne({ _id: id, state: 'new' }, { $set: { state: 'dead', doneAt: new Date(), reason } });
}

/** Lists the rows that were laid aside, newest first. */
export async function deadRows(limit = 100): Promise<InboxDoc[]> {
  return Inbox.find({ state: 'dead' }).sort({ receivedAt: -1 }).limit(limit).lean<InboxDoc[]>();
}

/** Puts dead rows back in line; says how many. */
export async function replayDead(ids: readonly string[] | 'all'): Promise<number> {
  const which = ids === 'all' ? {} : { _id: { $in: [...ids] } };
  const { modifiedCount } = await Inbox.updateMany(
    { ...which, state: 'dead' },
    { $set: { state: 'new', attempts: 0, receivedAt: new Date() }, $unset: { retryAt: '', reason: '', doneAt: '' } },
  );
  return modifiedCount;
}
