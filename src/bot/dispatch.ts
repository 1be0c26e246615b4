import { marketingGate } from '#domain/marketing-gate';
import {
  type Claim,
  cancelMessage,
  claimMessages,
  markFailed,
  queuedMessages,
  recoverClaims,
} from '#domain/outbox-sending';
import type { Reply } from '#lib/sentence';
import { Customer, type CustomerDoc } from '#models/customer';
import { Outbox, type OutboxDoc } from '#models/outbox';
import { Session, type SessionDoc } from '#models/session';
import type { BotParts } from './parts.ts';
import { addressOfSeal, type Sender } from './sender.ts';

const BATCH = 100;

/** Is a queued message with everything needed to send it. */
interface Ready {
  readonly row: OutboxDoc;
  readonly claim: Claim;
  readonly address: string;
}

/** Sends what is queued: notices in order, then marketing that its gate lets through. Answers how many left. */
export async function dispatchQueued(parts: BotParts, sender: Sender): Promise<number> {
  const now = parts.deps.clock.now();
  const owed = inOrder(await queuedMessages('transactional', now, BATCH));
  const promotional = await queuedMessages('promotional', now, BATCH);
  const people = await readPeople([...owed, ...promotional]);
  const allowed = await passGate(parts, people, promotional);
  const ready = (await Promise.all([...owed, ...allowed].map((row) => prepare(parts, people, row)))).filter(
    (one) => one !== null,
  );
  const won = await claimMessages(
    parts.owner,
    ready.map(({ claim }) => claim),
  );
  const leaving = ready.filter(({ row }) => won.has(row._id));
  for (const { row, claim, address } of leaving) {
    const { key: _key, ...fields } = claim;
    if (row.class === 'promotional' && (await optedOut(row))) continue;
    void sender.send({ ...row, ...fields, state: 'sending', attempts: row.attempts + 1 }, address);
  }
  return leaving.length;
}

/** Returns messages of senders that are gone to where their class says. */
export async function recoverMessages(parts: BotParts): Promise<void> {
  const { requeued, uncertain } = await recoverClaims(parts.owner);
  if (requeued + uncertain > 0)
    parts.deps.log.warn({ requeued, uncertain }, 'took over messages of a sender that is gone');
}

/** Leaves out rows behind an earlier one of the same customer that still waits for its next try. */
function inOrder(rows: readonly OutboxDoc[]): OutboxDoc[] {
  const blocked = new Set<string>();
  const now = new Date();
  return rows.filter((row) => {
    if (blocked.has(row.customerId)) return false;
    if (row.retryAt && row.retryAt > now) {
      blocked.add(row.customerId);
      return false;
    }
    return true;
  });
}

interface People {
  readonly customers: ReadonlyMap<string, CustomerDoc>;
  /** The chat each customer used last. */
  readonly chats: ReadonlyMap<string, SessionDoc>;
}

async function readPeople(rows: readonly OutboxDoc[]): Promise<People> {
  const ids = [...new Set(rows.map(({ customerId }) => customerId))];
  if (ids.length === 0) return { customers: new Map(), chats: new Map() };
  const found = await Customer.find({ _id: { $in: ids } }).lean<CustomerDoc[]>();
  const merged = found.map(({ mergedInto }) => mergedInto).filter((id) => id !== undefined);
  const into = merged.length > 0 ? await Customer.find({ _id: { $in: merged } }).lean<CustomerDoc[]>() : [];
  const byId = new Map([...found, ...into].map((customer) => [customer._id, customer]));
  const customers = new Map(found.map((one) => [one._id, byId.get(one.mergedInto ?? one._id) ?? one]));
  const sessions = await Session.find({ customerId: { $in: [...ids, ...merged] } })
    .sort({ updatedAt: -1 })
    .lean<SessionDoc[]>();
  const chats = new Map<string, SessionDoc>();
  for (const id of ids) {
    const person = customers.get(id)?._id;
    const chat = sessions.find(({ customerId }) => customerId === id || customerId === person);
    if (chat) chats.set(id, chat);
  }
  return { customers, chats };
}

async function passGate(parts: BotParts, people: People, rows: readonly OutboxDoc[]): Promise<OutboxDoc[]> {
  const passed: OutboxDoc[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const customer = people.customers.get(row.customerId);
    if (!customer || seen.has(row.customerId)) continue;
    seen.add(row.customerId);
    const takeover = people.chats.get(row.customerId)?.takeover;
    if (takeover && takeover.until > parts.deps.clock.now()) continue;
    const answer = await marketingGate(parts.deps, row, customer);
    if (answer.kind === 'go') passed.push(row);
    else if (answer.kind === 'never') await cancelMessage(row._id, answer.reason);
    else await Outbox.updateOne({ _id: row._id, state: 'queued' }, { $set: { notBefore: answer.at } });
  }
  return passed;
}

async function optedOut(row: OutboxDoc): Promise<boolean> {
  const customer = await Customer.findById(row.customerId, { marketing: 1 }).lean();
  if (customer?.marketing) return false;
  await cancelMessage(row._id, 'opted out while it was being claimed');
  return true;
}

/** Chooses the chat and fixes the text; a row that can reach nobody is laid aside with its reason. */
async function prepare(parts: BotParts, people: People, row: OutboxDoc): Promise<Ready | null> {
  if (row.expiresAt && row.expiresAt <= parts.deps.clock.now()) {
    await cancelMessage(row._id, 'expired');
    return null;
  }
  const customer = people.customers.get(row.customerId);
  const way = customer && wayTo(parts, customer, row, people.chats.get(row.customerId));
  if (!customer || !way) {
    await markFailed(row._id, 'no address on a running channel');
    return null;
  }
  try {
    const reader = { language: customer.language, zone: customer.zone, now: parts.deps.clock.now() };
    const rendered = row.rendered ?? parts.render(row.replies as Reply[], reader);
    return { row, address: way.address, claim: { key: row._id, chatId: way.chatId, channel: way.channel, rendered } };
  } catch (error) {
    parts.deps.log.error({ err: error, key: row._id }, 'a message could not be rendered');
    await markFailed(row._id, `cannot be rendered: ${String(error)}`);
    return null;
  }
}

function wayTo(
  parts: BotParts,
  customer: CustomerDoc,
  row: OutboxDoc,
  chat: SessionDoc | undefined,
): { chatId: string; channel: string; address: string } | null {
  const wanted = row.channel ?? chat?.channel;
  const usable = customer.addresses.filter(({ channel }) => parts.channels.has(channel));
  const address = usable.find(({ channel }) => channel === wanted) ?? usable[0];
  if (!address) return null;
  return {
    chatId: `${address.channel}:${address.key}`,
    channel: address.channel,
    address: addressOfSeal(parts, address.sealed),
  };
}
