import { customerForAddress } from '#domain/customers';
import { inboxStore, waitingRows } from '#domain/inbox';
import { onQueued } from '#domain/outbox';
import { noteDelivery } from '#domain/outbox-sending';
import { releaseChats, releaseDeadChats } from '#domain/sessions';
import { microBatch } from '#lib/micro-batch';
import { repeat } from '#lib/repeat';
import type { InboxDoc } from '#models/inbox';
import type { ChannelEvents, DeliveryUpdate } from '#ports/channel';
import { createChatStore } from './chat-store.ts';
import { createChats } from './chats.ts';
import { dispatchQueued, recoverMessages } from './dispatch.ts';
import type { BotParts } from './parts.ts';
import { repairReplies } from './repair.ts';
import { addressOfSeal, createSender } from './sender.ts';

/** Is a running bot. */
export interface Bot {
  /** Tells how many messages wait or are being worked on here. */
  waiting(): number;
  /** Stops taking in, finishes what it has begun, gives its chats back. */
  stop(): Promise<void>;
}

/** How often (ms) to look for rows that did not come by themselves, and how old they are by then. */
const LOOK = { here: { everyMs: 1_000, olderThanMs: 1_000 }, elsewhere: { everyMs: 150, olderThanMs: 0 } } as const;
const DISPATCH_MS = 300;
const REPAIR_MS = 10_000;
const RECOVER_MS = 5_000;
const POLL_BATCH = 500;

/** Starts the bot: takes over what an earlier one left, connects the channels and works until it is stopped. */
export async function startBot(parts: BotParts): Promise<Bot> {
  const { deps, owner } = parts;
  const look = parts.hearsHere ? LOOK.here : LOOK.elsewhere;
  const sender = createSender(parts);
  const customerOf = async (row: InboxDoc) => {
    const address = addressOfSeal(parts, row.sealed);
    return (await customerForAddress(deps, { channel: row.channel, address, at: row.at }))._id;
  };
  const chats = createChats({ parts, store: createChatStore(owner), sender, customerOf });
  const report = (what: string) => (error: unknown) => deps.log.error({ err: error }, what);

  await releaseDeadChats(owner);
  await recoverMessages(parts);
  await repairReplies(parts, 0);
  const intake = await openChannels(parts, (row) => chats.take(row));
  const loops = [
    repeat(
      look.everyMs,
      () => takeWaiting(chats.take, look.olderThanMs),
      report('looking for waiting messages failed'),
    ),
    repeat(REPAIR_MS, async () => void (await repairReplies(parts)), report('repairing replies failed')),
    repeat(RECOVER_MS, async () => void (await recoverMessages(parts)), report('recovering messages failed')),
  ];
  const dispatch = repeat(DISPATCH_MS, async () => (await dispatchQueued(parts, sender)) > 0, report('sending failed'));
  const forget = onQueued(() => dispatch.wake());

  return {
    waiting: chats.waiting,
    stop: async () => {
      forget();
      await intake.close();
      await Promise.all(loops.map((loop) => loop.stop()));
      await chats.drain();
      await dispatch.stop();
      await sender.idle();
      await intake.disconnect();
      await releaseChats(owner);
    },
  };
}

async function takeWaiting(take: (row: InboxDoc) => void, olderThanMs: number): Promise<undefined> {
  const rows = await waitingRows(new Date(Date.now() - olderThanMs), POLL_BATCH);
  for (const row of rows) take(row);
}

/** Connects the channels: every message is stored before anybody looks at it. */
async function openChannels(parts: BotParts, take: (row: InboxDoc) => void) {
  const store = inboxStore(parts.deps);
  let open = true;
  const underway = new Set<Promise<void>>();
  const deliveries = microBatch<DeliveryUpdate, undefined>({
    maxDelayMs: 20,
    maxSize: 200,
    run: async (updates) => {
      await Promise.all(updates.map(noteDelivery));
      return updates.map(() => undefined);
    },
  });
  const events: ChannelEvents = {
    onInbound: async (message) => {
      const stored = await store(message);
      if (stored.kind === 'new' && open) take(stored.row);
      return { stored: stored.kind };
    },
    onDelivery: async (update) => {
      if (!open) return;
      const noted = deliveries(update).then(
        () => undefined,
        (error: unknown) => parts.deps.log.error({ err: error }, 'a delivery could not be noted'),
      );
      underway.add(noted);
      await noted;
      underway.delete(noted);
    },
  };
  for (const channel of parts.channels.values()) await channel.start(events);
  return {
    close: async () => {
      open = false;
    },
    disconnect: async () => {
      await Promise.all([...parts.channels.values()].map((channel) => channel.stop()));
      await Promise.all(underway);
    },
  };
}
