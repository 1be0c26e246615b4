import { derivedId } from '#lib/random';
import { Interaction } from '#models/interaction';
import { Session, type SessionDoc } from '#models/session';
import { customerById, idsOf } from './customers.ts';
import type { Deps } from './deps.ts';
import { enqueueMessages } from './outbox.ts';
import { latestChat } from './sessions.ts';

const HOUR_MS = 3_600_000;
/** A chat nobody gave back returns to the bot after this long (business time). */
export const TAKEOVER_MS = 8 * HOUR_MS;

export type TakeoverAnswer =
  | { readonly kind: 'taken' | 'released' | 'said'; readonly chatId: string }
  | { readonly kind: 'no-chat' | 'not-taken' }
  | { readonly kind: 'held'; readonly by: string };

/** Is one chat that wants or has a person. */
export interface ChatLine {
  readonly customerId: string;
  readonly state: 'asked' | 'taken';
  readonly since: Date;
  readonly by?: string;
  readonly until?: Date;
}

/** Takes a customer's chat for a person: the bot is silent there until it is given back, or for {@link TAKEOVER_MS}. */
export async function takeChat(deps: Deps, customerId: string, by: string): Promise<TakeoverAnswer> {
  const chat = await chatOf(customerId);
  if (!chat) return { kind: 'no-chat' };
  const now = deps.clock.now();
  // Raising the fence makes the bot's own view of the session stale, so that its next write there fails.
  const { matchedCount } = await Session.updateOne(
    {
      _id: chat._id,
      $or: [{ 'takeover.until': { $exists: false } }, { 'takeover.until': { $lte: now } }, { 'takeover.by': by }],
    },
    { $set: { takeover: { by, at: now, until: new Date(now.getTime() + TAKEOVER_MS) } }, $inc: { fence: 1 } },
  );
  if (matchedCount === 1) return { kind: 'taken', chatId: chat._id };
  return { kind: 'held', by: chat.takeover?.by ?? 'somebody' };
}

/** Writes to a customer in a chat that `by` has taken. The same words at the same instant are one message. */
export async function sayInChat(deps: Deps, customerId: string, by: string, text: string): Promise<TakeoverAnswer> {
  const chat = await chatOf(customerId);
  if (!chat) return { kind: 'no-chat' };
  if (!chat.takeover || chat.takeover.until <= deps.clock.now()) return { kind: 'not-taken' };
  if (chat.takeover.by !== by) return { kind: 'held', by: chat.takeover.by };
  const createdAt = deps.clock.now();
  await enqueueMessages([
    {
      key: `person:${derivedId('p', chat._id, createdAt.toISOString(), text)}`,
      customerId: chat.customerId,
      chatId: chat._id,
      channel: chat.channel,
      class: 'transactional',
      replies: [{ copy: 'bot.person-says', params: { text } }],
      createdAt,
    },
  ]);
  return { kind: 'said', chatId: chat._id };
}

/** Gives a chat back to the bot, which says that it is there again. */
export async function releaseChat(deps: Deps, customerId: string, by: string): Promise<TakeoverAnswer> {
  const chat = await chatOf(customerId);
  if (!chat) return { kind: 'no-chat' };
  const { modifiedCount } = await Session.updateOne(
    { _id: chat._id, 'takeover.at': { $exists: true } },
    { $unset: { takeover: '' }, $inc: { fence: 1 } },
  );
  if (modifiedCount === 0) return { kind: 'not-taken' };
  const now = deps.clock.now();
  await enqueueMessages([
    {
      key: `back:${derivedId('b', chat._id, by, now.toISOString())}`,
      customerId: chat.customerId,
      chatId: chat._id,
      channel: chat.channel,
      class: 'transactional',
      replies: [{ copy: 'bot.back-again' }],
      createdAt: now,
    },
  ]);
  return { kind: 'released', chatId: chat._id };
}

/** Lists chats that a person has taken, and customers who asked for one within `days` and got no word yet. */
export async function listChats(deps: Deps, days = 3): Promise<ChatLine[]> {
  const now = deps.clock.now();
  const taken = await Session.find({ 'takeover.until': { $gt: now } }).lean<SessionDoc[]>();
  const since = new Date(now.getTime() - days * 24 * HOUR_MS);
  const asked = await Interaction.find({ kind: 'wish', 'data.wish': 'person', at: { $gte: since } })
    .sort({ at: 1 })
    .lean();
  const held = new Set(taken.map(({ customerId }) => customerId));
  const waiting = new Map(
    asked.filter(({ customerId }) => !held.has(customerId)).map((row) => [row.customerId, row.at]),
  );
  return [
    ...taken.map(takenLine),
    ...[...waiting].map(([customerId, at]): ChatLine => ({ customerId, state: 'asked', since: at })),
  ];
}

function takenLine({ customerId, takeover }: SessionDoc): ChatLine {
  const { by, at, until } = takeover as NonNullable<SessionDoc['takeover']>;
  return { customerId, state: 'taken', since: at, by, until };
}

async function chatOf(customerId: string): Promise<SessionDoc | null> {
  const customer = await customerById(customerId);
  return customer ? latestChat([customer._id, ...(await idsOf(customer._id))]) : null;
}
