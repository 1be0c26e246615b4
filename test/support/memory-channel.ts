import type { Channel, ChannelEvents, Inbound, Outbound, SendOutcome } from '#ports/channel';

/** Is a channel whose other end is the test: what was sent is listed, what is written is stored at once. */
export interface MemoryChannel extends Channel {
  readonly sent: Outbound[];
  write(from: string, text: string, more?: Partial<Inbound>): Promise<'new' | 'duplicate'>;
  /** Resolves with the messages to a phone once there are at least `count`. */
  wait(to: string, count: number, withinMs?: number): Promise<Outbound[]>;
  /** Decides what the next sends come to; 'sent' unless set. */
  answer: (message: Outbound) => SendOutcome | Promise<SendOutcome>;
}

let counter = 0;

/** Makes a channel for tests under the simulator's name. */
export function memoryChannel(): MemoryChannel {
  let events: ChannelEvents | undefined;
  const sent: Outbound[] = [];
  const channel: MemoryChannel = {
    name: 'simulator',
    capabilities: { options: true, images: true, typing: false, receipts: false },
    sent,
    answer: (message) => ({ kind: 'sent', providerId: message.id }),
    start: async (given) => {
      events = given;
    },
    stop: async () => {
      events = undefined;
    },
    send: async (message) => {
      const outcome = await channel.answer(message);
      if (outcome.kind === 'sent') sent.push(message);
      return outcome;
    },
    write: async (from, text, more = {}) => {
      if (!events) throw new Error('the channel is not started');
      counter += 1;
      const message: Inbound = {
        channel: 'simulator',
        id: `m${process.pid}-${counter}`,
        from,
        kind: 'text',
        text,
        at: new Date(),
        ...more,
      };
      return (await events.onInbound(message)).stored;
    },
    wait: async (to, count, withinMs = 8_000) => {
      const end = Date.now() + withinMs;
      for (;;) {
        const found = sent.filter((message) => message.to === to);
        if (found.length >= count) return found;
        if (Date.now() > end) throw new Error(`${found.length} of ${count} messages came: ${JSON.stringify(found)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
  return channel;
}
