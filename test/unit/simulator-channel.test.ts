import { describe, expect, it, vi } from 'vitest';
import { createSimulatorChannel, type SimulatorOptions } from '#channels/simulator/channel';
import type { ChannelEvents, DeliveryUpdate, Inbound, Outbound } from '#ports/channel';
import { simulatorLogContract } from './simulator-log-contract.ts';
import { memoryLog } from './simulator-memory-log.ts';

const PHONE = '+919812345678';
const NOW = new Date('2026-01-01T10:00:00Z');
const never = new AbortController().signal;

function setUp(options: Partial<SimulatorOptions> = {}) {
  const heard: Inbound[] = [];
  const updates: DeliveryUpdate[] = [];
  const log = memoryLog();
  let made = 0;
  const newId = () => `made-${++made}`;
  const channel = createSimulatorChannel({ log, now: () => NOW, newId, receipts: false, ...options });
  const events: ChannelEvents = {
    onInbound: async (message) => {
      const stored = heard.some(({ id }) => id === message.id) ? 'duplicate' : 'new';
      if (stored === 'new') heard.push(message);
      return { stored };
    },
    onDelivery: async (update) => {
      updates.push(update);
    },
  };
  return { channel, log, heard, updates, events };
}

function outbound(id: string, extra: Partial<Outbound> = {}): Outbound {
  return { id, to: PHONE, text: `reply ${id}`, options: [], ...extra };
}

const history = { phone: PHONE, after: 0, limit: 100, waitMs: 0 };

describe('the memory log of these tests', () => simulatorLogContract(memoryLog));

describe('the simulator channel', () => {
  it('hands in what a phone writes and keeps it in the history', async () => {
    const { channel, heard, events } = setUp();
    await channel.start(events);
    expect(await channel.receive({ from: PHONE, kind: 'text', text: 'hello' })).toEqual({
      kind: 'stored',
      id: 'made-1',
    });
    expect(heard).toEqual([{ channel: 'simulator', id: 'made-1', from: PHONE, kind: 'text', text: 'hello', at: NOW }]);
    expect(await channel.read(history)).toMatchObject([{ seq: 1, direction: 'in', id: 'made-1', text: 'hello' }]);
  });

  it('counts the same id once', async () => {
    const { channel, heard, events } = setUp();
    await channel.start(events);
    await channel.receive({ from: PHONE, kind: 'text', text: 'hello', id: 'x' });
    await channel.receive({ from: PHONE, kind: 'text', text: 'hello', id: 'x' });
    expect(heard).toHaveLength(1);
    expect(await channel.read(history)).toHaveLength(1);
  });

  it('takes nothing in before it is started and after it is stopped', async () => {
    const { channel, events } = setUp();
    const message = { from: PHONE, kind: 'text', text: 'hello' } as const;
    expect(await channel.receive(message)).toEqual({ kind: 'stopped' });
    await channel.start(events);
    await channel.stop();
    expect(await channel.receive(message)).toEqual({ kind: 'stopped' });
    expect(await channel.read(history)).toEqual([]);
  });

  it('stores many sends of one moment in one write, and a repeated send once', async () => {
    const { channel, log, events } = setUp();
    await channel.start(events);
    const ids = Array.from({ length: 50 }, (_, n) => `out-${n}`);
    const outcomes = await Promise.all(
      [...ids, 'out-7'].map((id) => channel.send(outbound(id), AbortSignal.timeout(5_000))),
    );
    expect(outcomes.every(({ kind }) => kind === 'sent')).toBe(true);
    expect(log.appends).toEqual([51]);
    expect(await channel.read(history)).toHaveLength(50);
  });

  it('keeps the picture, the options and the order of a message', async () => {
    const { channel } = setUp();
    const options = [{ id: 'join', label: 'Join', number: '1' }];
    await channel.send(outbound('o', { options, image: { url: '/p.png', alt: 'rice' }, orderId: 'o_1' }), never);
    expect(await channel.read(history)).toMatchObject([
      {
        direction: 'out',
        kind: 'image',
        options: [{ id: 'join', label: 'Join' }],
        imageUrl: '/p.png',
        orderId: 'o_1',
      },
    ]);
  });

  it('refuses what is no phone, and does not throw', async () => {
    const { channel } = setUp();
    const outcome = await channel.send(outbound('o', { to: 'somebody' }), never);
    expect(outcome).toMatchObject({ kind: 'refused', retry: false });
  });

  it('says that nobody knows when the store fails or takes longer than the signal allows', async () => {
    const broken = setUp({ log: { append: () => Promise.reject(new Error('gone')), since: async () => [] } });
    expect(await broken.channel.send(outbound('o'), never)).toMatchObject({ kind: 'uncertain' });
    const slow = setUp({ log: { append: () => new Promise(() => undefined), since: async () => [] } });
    const signal = AbortSignal.timeout(5);
    expect(await slow.channel.send(outbound('o'), signal)).toMatchObject({ kind: 'uncertain' });
    expect(await slow.channel.send(outbound('o'), signal)).toMatchObject({ kind: 'refused', retry: true });
  });

  it('wakes whoever waits for a message, and only for that phone', async () => {
    const { channel, events } = setUp({ pollMs: 60_000 });
    await channel.start(events);
    const gone = new AbortController();
    const waiting = channel.read({ ...history, waitMs: 60_000 });
    const other = channel.read({ ...history, phone: '+447700900123', waitMs: 60_000, signal: gone.signal });
    await channel.send(outbound('o'), never);
    expect(await waiting).toMatchObject([{ id: 'o', seq: 1 }]);
    gone.abort();
    expect(await other).toEqual([]);
  });

  it('finds what another process wrote, without being woken', async () => {
    const { channel, log, events } = setUp({ pollMs: 5 });
    await channel.start(events);
    await channel.send(outbound('mine'), never);
    const waiting = channel.read({ ...history, after: 1, waitMs: 60_000 });
    await log.append([{ phone: PHONE, direction: 'out', id: 'theirs', kind: 'text', text: 'x', at: NOW }]);
    expect(await waiting).toMatchObject([{ id: 'theirs', seq: 2 }]);
    await log.append([{ phone: PHONE, direction: 'out', id: 'more', kind: 'text', text: 'x', at: NOW }]);
    expect(await channel.read({ ...history, after: 2 })).toMatchObject([{ id: 'more' }]);
  });

  it('lets go of all who wait when it stops', async () => {
    const { channel, events } = setUp({ pollMs: 60_000 });
    await channel.start(events);
    const waiting = channel.read({ ...history, waitMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await channel.stop();
    expect(await waiting).toEqual([]);
  });

  it('reads the whole history of a phone that talked more than it remembers', async () => {
    const { channel } = setUp();
    for (let n = 0; n < 40; n++) await channel.send(outbound(`o-${n}`), never);
    const seqs = (await channel.read(history)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    expect((await channel.read({ ...history, after: 38 })).map(({ seq }) => seq)).toEqual([39, 40]);
  });

  it('reports delivered, then read, once for each message', async () => {
    const { channel, events, updates } = setUp({ receipts: { deliveredAfterMs: 0, readAfterMs: 0 } });
    await channel.start(events);
    await channel.send(outbound('o'), never);
    await vi.waitFor(() => expect(updates.map(({ state }) => state)).toEqual(['delivered', 'read']));
    expect(updates.every(({ id, at }) => id === 'o' && at === NOW)).toBe(true);
  });

  it('tells listeners to whom the bot is typing until they stop listening', async () => {
    const { channel } = setUp();
    const heard: string[] = [];
    const stop = channel.onTyping((phone) => heard.push(phone));
    await channel.typing?.(PHONE);
    stop();
    await channel.typing?.(PHONE);
    expect(heard).toEqual([PHONE]);
  });
});
