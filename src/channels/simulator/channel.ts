import { microBatch } from '#lib/micro-batch';
import type { Channel, ChannelEvents, Inbound, InboundKind, Outbound, SendOutcome } from '#ports/channel';
import type { SimulatorEntry, SimulatorLog, StoredEntry } from './log.ts';
import { createMailbox } from './mailbox.ts';
import { type ReceiptDelays, scheduleReceipts } from './receipts.ts';

/** Matches a phone number in E.164: a plus, then 7 to 15 digits, the first not 0. */
export const E164 = /^\+[1-9]\d{6,14}$/;

export interface SimulatorOptions {
  readonly log: SimulatorLog;
  /** Tells business time, which is the time on the simulator's phones. */
  readonly now: () => Date;
  /** Makes an id for a message that came without one. */
  readonly newId: () => string;
  /** How phones confirm messages; false: they never do. */
  readonly receipts?: ReceiptDelays | false;
  /** How often (ms) a long poll looks into the store for what other processes wrote; 1,000 unless told. */
  readonly pollMs?: number;
  /** Hears of failures nobody waits for. */
  readonly onError?: (error: unknown) => void;
}

/** Describes what somebody writes on a simulator phone. */
export interface PhoneMessage {
  readonly from: string;
  readonly kind: InboundKind;
  readonly text: string;
  readonly id?: string;
  readonly option?: string;
  readonly replyTo?: string;
}

export interface ReadOptions {
  readonly phone: string;
  /** The `seq` already seen. */
  readonly after: number;
  readonly limit: number;
  /** How long to wait for a message when there is none, in milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/** Is the messenger that needs no phone: its phones are E.164 numbers of its own address space. */
export interface SimulatorChannel extends Channel {
  /** Takes in what a phone sends; resolves once it is stored. `stopped` while nobody listens. */
  receive(message: PhoneMessage): Promise<{ kind: 'stored'; id: string } | { kind: 'stopped' }>;
  /** Reads a phone's history, waiting for the next message when told to. */
  read(options: ReadOptions): Promise<readonly StoredEntry[]>;
  /** Calls back with the phone whenever the bot starts to write to it; returns how to stop that. */
  onTyping(listener: (phone: string) => void): () => void;
}

const DEFAULT_RECEIPTS: ReceiptDelays = { deliveredAfterMs: 300, readAfterMs: 1_200 };

/** Makes a simulator over a durable log. Nothing runs until it is started. */
export function createSimulatorChannel(options: SimulatorOptions): SimulatorChannel {
  const { log, now, receipts = DEFAULT_RECEIPTS, pollMs = 1_000, onError = () => undefined } = options;
  const mailbox = createMailbox();
  const typing = new Set<(phone: string) => void>();
  let events: ChannelEvents | undefined;
  const store = microBatch<SimulatorEntry, StoredEntry>({
    maxDelayMs: 2,
    maxSize: 500,
    run: async (entries) => {
      const stored = await log.append(entries);
      mailbox.put(stored);
      return stored;
    },
  });

  const send = async (message: Outbound, signal: AbortSignal): Promise<SendOutcome> => {
    if (!E164.test(message.to)) return { kind: 'refused', reason: 'not a phone number of the simulator', retry: false };
    if (signal.aborted) return { kind: 'refused', reason: 'no time left', retry: true };
    const outcome = await settleSend(store(outgoing(message, now())), signal);
    if (outcome.kind === 'sent' && receipts && events) scheduleReceipts(message.id, receipts, now, events, onError);
    return outcome;
  };

  return {
    name: 'simulator',
    capabilities: { options: true, images: true, typing: true, receipts: receipts !== false },
    start: async (listener) => {
      events = listener;
    },
    stop: async () => {
      events = undefined;
      mailbox.wakeAll();
    },
    send,
    typing: async (to) => {
      for (const listener of typing) listener(to);
    },
    receive: async (message) => {
      if (!events) return { kind: 'stopped' };
      const inbound = incoming(message, message.id ?? options.newId(), now());
      await Promise.all([store(entryOf(inbound)), events.onInbound(inbound)]);
      return { kind: 'stored', id: inbound.id };
    },
    read,
    onTyping: (listener) => {
      typing.add(listener);
      return () => typing.delete(listener);
    },
  };

  async function read({ phone, after, limit, waitMs, signal }: ReadOptions): Promise<readonly StoredEntry[]> {
    const deadline = Date.now() + waitMs;
    // A mailbox that knows of nothing new knows only this process: who waits looks into the store a little later.
    let askStore = waitMs <= 0 || mailbox.peek(phone, after) === undefined;
    for (;;) {
      const known = mailbox.peek(phone, after) ?? [];
      const found = known.length > 0 || !askStore ? known : await log.since(phone, after, limit);
      const left = deadline - Date.now();
      if (found.length > 0 || left <= 0 || signal?.aborted || !events) return found.slice(0, limit);
      askStore = true;
      const arrivedMeanwhile = (mailbox.peek(phone, after) ?? []).length > 0;
      if (!arrivedMeanwhile) await mailbox.wait(phone, Math.min(left, pollMs), signal);
    }
  }
}

/** Waits for a write, but not past the signal: after that nobody knows whether it is stored. */
async function settleSend(stored: Promise<StoredEntry>, signal: AbortSignal): Promise<SendOutcome> {
  let abort: () => void = () => undefined;
  const outOfTime = new Promise<SendOutcome>((resolve) => {
    abort = () => resolve({ kind: 'uncertain', reason: 'not stored in time' });
    signal.addEventListener('abort', abort, { once: true });
  });
  const written = stored.then(
    ({ id }): SendOutcome => ({ kind: 'sent', providerId: id }),
    (error: unknown): SendOutcome => ({ kind: 'uncertain', reason: `not stored: ${String(error)}` }),
  );
  const outcome = await Promise.race([written, outOfTime]);
  signal.removeEventListener('abort', abort);
  return outcome;
}

function incoming(message: PhoneMessage, id: string, at: Date): Inbound {
  const { from, kind, text, option, replyTo } = message;
  return {
    channel: 'simulator',
    id,
    from,
    kind,
    text,
    at,
    ...(option === undefined ? {} : { option }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

function entryOf({ from, channel: _, ...message }: Inbound): SimulatorEntry {
  return { ...message, phone: from, direction: 'in' };
}

function outgoing({ id, to, text, options, image, orderId }: Outbound, at: Date): SimulatorEntry {
  return {
    phone: to,
    direction: 'out',
    id,
    kind: image ? 'image' : 'text',
    text,
    at,
    ...(options.length > 0 ? { options: options.map(({ id, label }) => ({ id, label })) } : {}),
    ...(image ? { imageUrl: image.url, imageAlt: image.alt } : {}),
    ...(orderId === undefined ? {} : { orderId }),
  };
}
