import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatorChannel } from '#channels/simulator/channel';
import type { Inbound } from '#ports/channel';
import { INBOUND_KINDS } from '#ports/channel';
import { createServer } from '#server/server';
import { historyRequest, messageRequest, paymentRequest } from '#server/simulator/requests';
import { bareServer, listen } from './server-fixtures.ts';
import { memoryLog } from './simulator-memory-log.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const anyKey = fc.oneof(
  fc.string(),
  fc.constantFrom('$where', '$ne', 'a.b', '__proto__', 'constructor', 'from', 'text'),
);
const anyBody = fc.oneof(fc.anything(), fc.dictionary(anyKey, fc.oneof(anyText, fc.anything())));

describe('whatever reaches the simulator', () => {
  const heard: Inbound[] = [];
  const errors: unknown[] = [];
  let url = '';
  let close: () => void = () => undefined;

  beforeAll(async () => {
    let made = 0;
    const now = () => new Date('2026-01-01T00:00:00Z');
    const channel = createSimulatorChannel({ log: memoryLog(), now, newId: () => `m${++made}`, receipts: false });
    await channel.start({
      onInbound: async (message) => {
        heard.push(message);
        return { stored: 'new' };
      },
      onDelivery: async () => undefined,
    });
    const simulator = { channel, now, onPayment: async () => undefined };
    const listening = await listen(createServer({ ...bareServer, simulator, onError: (error) => errors.push(error) }));
    url = `${listening.url}/simulator/api`;
    close = listening.close;
  });
  afterAll(() => close());

  const post = (body: string) =>
    fetch(`${url}/messages`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

  it('is parsed or refused, never thrown at', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        for (const schema of [messageRequest, historyRequest, paymentRequest]) schema.safeParse(body);
      }),
      { numRuns: 500 },
    );
  });

  it('gets 202 or a reason in JSON, and no request breaks the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), anyText), async (body) => {
        const res = await post(body);
        const answer = (await res.json()) as { error: { message: string } };
        expect(res.status === 202 || (res.status >= 400 && res.status < 500)).toBe(true);
        if (res.status !== 202) expect(answer.error.message).not.toBe('');
      }),
      { numRuns: 150 },
    );
    expect(errors).toEqual([]);
  });

  it('keeps a text as it was written, of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.constantFrom(...INBOUND_KINDS), async (text, kind) => {
        const sent = Buffer.from(text).toString();
        const res = await post(JSON.stringify({ from: '+919812345678', text: sent, kind }));
        expect(res.status).toBe(202);
        expect(heard.at(-1)).toMatchObject({ text: sent, kind });
      }),
      { numRuns: 150 },
    );
  });
});
