import { isDuplicateKey, nativeCollection } from '#lib/mongo';
import { isDeadLocalOwner } from '#lib/owner';
import { Outbox, type OutboxDoc, type OutboxState } from '#models/outbox';
import type { DeliveryUpdate } from '#ports/channel';

/** How long a claim of a message lasts (system time); a send must be over well before. */
export const CLAIM_MS = 30_000;
/** How long one call to a channel may take. */
export const SEND_MS = 10_000;

export type Rendered = NonNullable<OutboxDoc['rendered']>;

/** Inserts replies as already claimed by this process, with their text; rows that exist stay as they are. */
export async function insertClaimed(rows: readonly OutboxDoc[]): Promise<void> {
  if (rows.length === 0) return;
  try {
    await nativeCollection(Outbox).insertMany([...rows], { ordered: false });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/** Lists queued messages of a class that may leave at `now` (business time), those due first at the front. */
export async function queuedMessages(kind: OutboxDoc['class'], now: Date, limit: number): Promise<OutboxDoc[]> {
  return nativeCollection(Outbox)
    .find({ state: 'queued', class: kind, notBefore: { $lte: now } })
    .sort({ notBefore: 1, seq: 1 })
    .limit(limit)
    .toArray();
}

/** Is what a claim writes: who sends it, to which chat, and the exact text. */
export interface Claim {
  readonly key: string;
  readonly chatId: string;
  readonly channel: string;
  readonly rendered: Rendered;
  /** Kept for promotional rows: what was drawn and from what. */
  readonly decision?: unknown;
}

/**
 * Moves queued messages to `sending` for one owner, each by its own guard. Answers the keys that were won.
 * For a promotional message this is the only claim there will ever be.
 */
export async function claimMessages(owner: string, claims: readonly Claim[]): Promise<ReadonlySet<string>> {
  if (claims.length === 0) return new Set();
  const until = new Date(Date.now() + CLAIM_MS);
  const { matchedCount } = await nativeCollection(Outbox).bulkWrite(
    claims.map(({ key, decision, ...claim }) => ({
      updateOne: {
        filter: { _id: key, state: 'queued' },
        update: {
          $set: {
            ...claim,
            state: 'sending',
            claim: { owner, until },
            ...(decision === undefined ? {} : { decision }),
          },
          $inc: { attempts: 1 },
        },
      },
    })),
    { ordered: false },
  );
  const keys = claims.map(({ key }) => key);
  if (matchedCount === keys.length) return new Set(keys);
  const mine = await Outbox.find({ _id: { $in: keys }, state: 'sending', 'claim.owner': owner }, { _id: 1 }).lean();
  return new Set(mine.map(({ _id }) => _id));
}

/** Lists the states from which a message can become `sent`. */
const BEFORE_SENT: OutboxState[] = ['sending', 'uncertain'];

/** Is a message that was handed over; its provider id may be its own key. */
export interface HandedOver {
  readonly key: string;
  readonly providerId: string;
}

/** Notes that messages were handed over at `at` (business time); states only move forward. */
export async function markSent(sent: readonly HandedOver[], at: Date): Promise<void> {
  if (sent.length === 0) return;
  const rows = nativeCollection(Outbox);
  // One statement for all is several times cheaper than one a row.
  await rows.updateMany(
    { _id: { $in: sent.map(({ key }) => key) }, state: { $in: BEFORE_SENT } },
    { $set: { state: 'sent', sentAt: at } },
  );
  const named = sent.filter(({ key, providerId }) => providerId !== key);
  if (named.length === 0) return;
  await rows.bulkWrite(
    named.map(({ key, providerId }) => ({ updateOne: { filter: { _id: key }, update: { $set: { providerId } } } })),
    { ordered: false },
  );
}

/** Notes that a channel refused a message for good. */
export async function markFailed(key: string, reason: string): Promise<void> {
  await Outbox.updateOne({ _id: key, state: { $in: ['sending', 'queued'] } }, { $set: { state: 'failed', reason } });
}

/** Notes that nobody knows whether a promotional message arrived; it is never sent again. */
export async function markUncertain(key: string, reason: string): Promise<void> {
  await Outbox.updateOne({ _id: key, state: 'sending' }, { $set: { state: 'uncertain', reason } });
}

/** Takes back a message before it leaves, with the reason. */
export async function cancelMessage(key: string, reason: string): Promise<void> {
  await Outbox.updateOne({ _id: key, state: { $in: ['queued', 'sending'] } }, { $set: { state: 'cancelled', reason } });
}

/** Puts a transactional message back in line for another try at `retryAt` (system time). */
export async function requeue(key: string, retryAt: Date, reason: string): Promise<void> {
  await Outbox.updateOne(
    { _id: key, state: 'sending', class: 'transactional' },
    { $set: { state: 'queued', retryAt, reason }, $unset: { claim: '' } },
  );
}

/** Says from which states a delivery state can be reached, and where its instant is kept. */
const FORWARD: { readonly [state in DeliveryUpdate['state']]: { from: OutboxState[]; stamp: string } } = {
  sent: { from: ['sending'], stamp: 'sentAt' },
  delivered: { from: ['sending', 'sent'], stamp: 'deliveredAt' },
  read: { from: ['sending', 'sent', 'delivered'], stamp: 'readAt' },
  failed: { from: ['sending', 'sent'], stamp: 'reason' },
};

/** Moves a message's delivery state forward, never back. */
export async function noteDelivery({ id, state, at, reason }: DeliveryUpdate): Promise<void> {
  const { from, stamp } = FORWARD[state];
  const value = state === 'failed' ? (reason ?? 'failed') : at;
  await Outbox.updateOne({ _id: id, state: { $in: from } }, { $set: { state, [stamp]: value } });
}

/**
 * Deals with messages whose sender is gone (its claim ran out, or it was a process of this machine that died):
 * transactional ones return to the line with their text, promotional ones become uncertain. Says how many of each.
 */
export async function recoverClaims(self: string): Promise<{ requeued: number; uncertain: number }> {
  const dead = await deadClaimOwners(self);
  // Two filters rather than one with $or: some servers answer that by looking at every row.
  const lapsed = await recoverWhere({ 'claim.until': { $lt: new Date() } });
  const orphaned = dead.length > 0 ? await recoverWhere({ 'claim.owner': { $in: dead } }) : NOTHING_RECOVERED;
  return { requeued: lapsed.requeued + orphaned.requeued, uncertain: lapsed.uncertain + orphaned.uncertain };
}

const NOTHING_RECOVERED = { requeued: 0, uncertain: 0 };

async function recoverWhere(abandoned: object): Promise<{ requeued: number; uncertain: number }> {
  const { modifiedCount: requeued } = await Outbox.updateMany(
    { ...abandoned, state: 'sending', class: 'transactional' },
    { $set: { state: 'queued' as const }, $unset: { claim: '' as const } },
  );
  const { modifiedCount: uncertain } = await Outbox.updateMany(
    { ...abandoned, state: 'sending', class: 'promotional' },
    { $set: { state: 'uncertain' as const, reason: 'the sender stopped while sending' } },
  );
  return { requeued, uncertain };
}

async function deadClaimOwners(self: string): Promise<string[]> {
  const owners = (await Outbox.distinct('claim.owner', { state: 'sending' })) as string[];
  return owners.filter((owner) => isDeadLocalOwner(owner, self));
}

/** Counts the promotional messages that left, or are leaving, for a customer since an instant (business time). */
export async function promotionalSince(customerId: string, since: Date): Promise<number> {
  return Outbox.countDocuments({
    customerId,
    class: 'promotional',
    createdAt: { $gte: since },
    state: { $in: ['sending', 'sent', 'delivered', 'read', 'uncertain'] },
  });
}
