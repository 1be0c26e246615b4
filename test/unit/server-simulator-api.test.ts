import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimulatorChannel } from '#channels/simulator/channel';
import type { Inbound } from '#ports/channel';
import { createServer, type ServerOptions } from '#server/server';
import type { SimulatedPayment, SimulatorHandlers } from '#server/simulator/handlers';
import { bareServer } from './server-fixtures.ts';
import { memoryLog } from './simulator-memory-log.ts';

const A = '+919812345678';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Starts a server whose bot answers every message with the same words. */
async function setUp(extra: Partial<SimulatorHandlers> = {}, options: Partial<ServerOptions> = {}) {
  let made = 0;
  const heard: Inbound[] = [];
  const payments: SimulatedPayment[] = [];
  const now = () => new Date('2026-01-01T10:00:00Z');
  const channel = createSimulatorChannel({ log: memoryLog(), now, newId: () => `made-${++made}`, receipts: false });
  await channel.start({
    onInbound: async (message) => {
      heard.push(message);
      const reply = { id: `reply:${message.id}`, to: message.from, text: `echo ${message.text}` };
      await channel.send({ ...reply, options: [{ id: 'ok', label: 'OK', number: '1' }] }, AbortSignal.timeout(1_000));
      return { stored: 'new' };
    },
    onDelivery: async () => undefined,
  });
  const simulator: SimulatorHandlers = {
    channel,
    now,
    onPayment: async (event) => {
      payments.push(event);
    },
    ...extra,
  };
  const app = createServer({ ...bareServer, simulator, ...options });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closers.push(async () => {
    await channel.stop();
    server.closeAllConnections();
    server.close();
  });
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const init = { method: 'POST', body: raw, headers: { 'content-type': 'application/json', ...headers } };
    const res = await fetch(`${url}/simulator/api${path}`, init);
    return { status: res.status, body: JSON.parse(await res.text()) };
  };
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const res = await fetch(`${url}${path}`, { headers });
    return { status: res.status, body: JSON.parse(await res.text()) };
  };
  return { url, post, get, heard, payments, channel };
}

const history = (phone = A, rest = '') => `/simulator/api/messages?phone=${encodeURIComponent(phone)}${rest}`;

describe('POST /simulator/api/messages', () => {
  it('takes a message, answers 202 with its id, and the answer of the bot can be read', async () => {
    const { post, get } = await setUp();
    expect(await post('/messages', { from: A, text: 'hi' })).toEqual({ status: 202, body: { id: 'made-1' } });
    expect(await get(history())).toEqual({
      status: 200,
      body: {
        messages: [
          { seq: 1, direction: 'in', id: 'made-1', kind: 'text', text: 'hi', at: '2026-01-01T10:00:00.000Z' },
          {
            seq: 2,
            direction: 'out',
            id: 'reply:made-1',
            kind: 'text',
            text: 'echo hi',
            options: [{ id: 'ok', label: 'OK' }],
            at: '2026-01-01T10:00:00.000Z',
          },
        ],
      },
    });
  });

  it('answers the same id with the same id', async () => {
    const { post, get } = await setUp();
    const message = { from: A, text: 'hi', id: 'same' };
    expect(await post('/messages', message)).toEqual({ status: 202, body: { id: 'same' } });
    expect(await post('/messages', message)).toEqual({ status: 202, body: { id: 'same' } });
    expect((await get(history())).body.messages).toHaveLength(2);
  });

  it('passes the tapped option, the quoted message and the kind on', async () => {
    const { post, heard } = await setUp();
    await post('/messages', { from: A, text: 'Join', option: 'join:1', replyTo: 'reply:1' });
    await post('/messages', { from: A, text: '', kind: 'voice' });
    await post('/messages', { from: A, kind: 'sticker' });
    expect(heard.map(({ kind, text }) => [kind, text])).toEqual([
      ['option', 'Join'],
      ['voice', ''],
      ['sticker', ''],
    ]);
    expect(heard[0]).toMatchObject({ option: 'join:1', replyTo: 'reply:1' });
  });

  it('takes 65,536 characters of any script, even written as escapes', async () => {
    const { post, heard } = await setUp();
    const text = 'न'.repeat(65_536);
    const escaped = `{"from":"${A}","text":"${'\\u0928'.repeat(65_536)}"}`;
    expect((await post('/messages', escaped)).status).toBe(202);
    expect(heard[0]?.text).toBe(text);
    expect((await post('/messages', { from: A, text: `${text}x` })).status).toBe(400);
  });

  it.each([
    [{ text: 'hi' }, 'from'],
    [{ from: '9812345678', text: 'hi' }, 'from'],
    [{ from: '+0123456789', text: 'hi' }, 'from'],
    [{ from: { $ne: '' }, text: 'hi' }, 'from'],
    [{ from: A }, 'text'],
    [{ from: A, text: 5 }, 'text'],
    [{ from: A, text: 'hi', kind: 'fax' }, 'kind'],
    [{ from: A, text: 'hi', id: '' }, 'id'],
    [{ from: A, text: 'hi', $where: '1' }, '$where'],
    [{ from: A, text: 'hi', 'a.b': 1 }, 'a.b'],
    ['{"from":"+919812345678","text":"hi","__proto__":{"admin":true}}', ''],
    [[1], ''],
    ['not json', 'JSON'],
    ['"text"', 'JSON'],
    ['x'.repeat(600_000), 'larger'],
  ])('says what is wrong with %j', async (body, word) => {
    const { post, heard } = await setUp();
    const { status, body: answer } = await post('/messages', body);
    if (typeof body === 'string' && body.includes('__proto__') && status === 202) {
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
      return;
    }
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(answer.error.message).toContain(word);
    expect(heard).toEqual([]);
  });

  it('refuses what is not sent as JSON', async () => {
    const { post } = await setUp();
    const form = await post('/messages', '{}', { 'content-type': 'text/plain' });
    expect(form).toMatchObject({ status: 415, body: { error: { code: 'not-json' } } });
  });

  it('says that it is not ready when the bot does not listen', async () => {
    const { post, channel } = await setUp();
    await channel.stop();
    expect(await post('/messages', { from: A, text: 'hi' })).toMatchObject({ status: 503 });
  });

  it('keeps going and says little when something inside fails', async () => {
    const errors: unknown[] = [];
    const onPayment = () => Promise.reject(new Error('secret inside'));
    const { post } = await setUp({ onPayment }, { onError: (error) => errors.push(error) });
    const answer = await post('/payments', { orderId: 'o', event: 'paid' });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(errors).toHaveLength(1);
  });
});

describe('GET /simulator/api/messages', () => {
  it('reads on after a seq and understands a plus that was not escaped', async () => {
    const { post, get } = await setUp();
    await post('/messages', { from: A, text: 'hi' });
    const { body } = await get(`/simulator/api/messages?phone=${A}&after=1`);
    expect(body.messages.map(({ seq }: { seq: number }) => seq)).toEqual([2]);
  });

  it('waits for the next message', async () => {
    const { post, get } = await setUp();
    const waiting = get(history(A, '&after=0&wait=30'));
    await post('/messages', { from: A, text: 'hi' });
    expect((await waiting).body.messages.length).toBeGreaterThan(0);
  });

  it.each(['', '?phone=x', `?phone=%2B919812345678&after=-1`, `?phone=%2B919812345678&wait=soon`, '?phone[$ne]=1'])(
    'refuses %j',
    async (query) => {
      const { get } = await setUp();
      expect((await get(`/simulator/api/messages${query}`)).status).toBe(400);
    },
  );
});

describe('GET /simulator/api/stream', () => {
  it('sends the messages of all its phones and when the bot types', async () => {
    const { url, post, channel } = await setUp();
    const B = '+447700900123';
    const phones = [A, B].map((phone) => `phone=${encodeURIComponent(`${phone}:0`)}`).join('&');
    const gone = new AbortController();
    const res = await fetch(`${url}/simulator/api/stream?${phones}`, { signal: gone.signal });
    expect(res.headers.get('content-type')).toContain('text/event-stream');
    const reader = (res.body as ReadableStream<Uint8Array>).getReader();
    await post('/messages', { from: A, text: 'one' });
    await post('/messages', { from: B, text: 'two' });
    await channel.typing?.(B);
    let seen = '';
    while (!(seen.includes('echo one') && seen.includes('echo two') && seen.includes('event: typing')))
      seen += new TextDecoder().decode((await reader.read()).value);
    gone.abort();
  });
});

describe('POST /simulator/api/payments', () => {
  it('hands the event on, with its instant as a date', async () => {
    const { post, payments } = await setUp();
    const event = { orderId: 'o_1', event: 'paid', amount: 49_900, currency: 'INR', paymentId: 'p1' };
    const answer = await post('/payments', { ...event, paidAt: '2026-01-01T11:00:00+05:30' });
    expect(answer.status).toBe(202);
    expect(payments).toEqual([{ ...event, paidAt: new Date('2026-01-01T05:30:00Z') }]);
    await post('/payments', { orderId: 'o_1', event: 'failed' });
    expect(payments[1]).toEqual({ orderId: 'o_1', event: 'failed' });
  });

  it.each([
    { orderId: 'o' },
    { orderId: '', event: 'paid' },
    { orderId: 'o', event: 'stolen' },
    { orderId: 'o', event: 'paid', amount: 1.5 },
    { orderId: 'o', event: 'paid', amount: -1 },
    { orderId: 'o', event: 'paid', currency: 'rupees' },
    { orderId: 'o', event: 'paid', paidAt: 'yesterday' },
    { orderId: { $gt: '' }, event: 'paid' },
  ])('refuses %j', async (body) => {
    const { post, payments } = await setUp();
    expect((await post('/payments', body)).status).toBe(400);
    expect(payments).toEqual([]);
  });
});

describe('the clock and the customers', () => {
  it('moves the clock only when that is on, and only forward', async () => {
    const moved: number[] = [];
    const on = await setUp({ advanceClock: async (seconds) => void moved.push(seconds) });
    const answer = await on.post('/clock', { advanceSeconds: 900 });
    expect(answer).toEqual({ status: 200, body: { now: '2026-01-01T10:00:00.000Z', movable: true } });
    expect((await on.post('/clock', { advanceSeconds: -1 })).status).toBe(400);
    expect((await on.post('/clock', { advanceSeconds: 0 })).status).toBe(400);
    expect(moved).toEqual([900]);
    const off = await setUp();
    expect(await off.post('/clock', { advanceSeconds: 900 })).toMatchObject({ status: 403 });
    expect((await off.get('/simulator/api/clock')).body).toMatchObject({ movable: false });
  });

  it('links a phone to an imported customer or says why not', async () => {
    const linkCustomer: SimulatorHandlers['linkCustomer'] = async (_phone, importId) =>
      importId === '17850' ? { kind: 'linked' } : { kind: 'refused', reason: `nobody is called ${importId}` };
    const { post } = await setUp({ linkCustomer });
    expect(await post('/link', { phone: A, importId: '17850' })).toMatchObject({ status: 200, body: { linked: true } });
    const refused = await post('/link', { phone: A, importId: '1' });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: 'nobody is called 1' } } });
  });
});

describe('the door of the simulator', () => {
  it.each([
    [{ 'x-forwarded-for': '127.0.0.1' }],
    [{ forwarded: 'for=127.0.0.1' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'http://evil.example' }],
  ])('stays shut for %j', async (headers) => {
    const { post, get, heard } = await setUp();
    expect((await post('/messages', { from: A, text: 'hi' }, headers as never)).status).toBe(403);
    expect((await get(history(), headers as never)).status).toBe(403);
    expect(heard).toEqual([]);
  });

  it('is not there at all when the simulator is off', async () => {
    const app = createServer(bareServer);
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}/simulator/api/messages?phone=%2B919812345678`)).status).toBe(404);
  });

  it('says in JSON that an address does not exist', async () => {
    const { get } = await setUp();
    expect(await get('/simulator/api/nothing')).toMatchObject({ status: 404, body: { error: { code: 'not-found' } } });
  });
});

describe('GET /health', () => {
  it('is 200 while messages can be taken and 503 otherwise', async () => {
    const well = await setUp();
    expect(await well.get('/health')).toEqual({ status: 200, body: { ok: true } });
    const ill = await setUp({}, { health: async () => ({ ok: false, database: 'gone' }) });
    expect(await ill.get('/health')).toEqual({ status: 503, body: { ok: false, database: 'gone' } });
    const broken = await setUp({}, { health: () => Promise.reject(new Error('x')) });
    expect((await broken.get('/health')).status).toBe(503);
  });
});
