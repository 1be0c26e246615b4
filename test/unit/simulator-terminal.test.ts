import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimulatorChannel } from '#channels/simulator/channel';
import { runTerminalChat } from '#channels/terminal/chat';
import { linesOf, linkToScan } from '#channels/terminal/lines';
import { qrLines } from '#channels/terminal/qr';
import { createServer } from '#server/server';
import type { SimulatedPayment } from '#server/simulator/handlers';
import { bareServer, listen } from './server-fixtures.ts';
import { memoryLog } from './simulator-memory-log.ts';

const PHONE = '+919812345678';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function startEcho() {
  let made = 0;
  const heard: string[] = [];
  const payments: SimulatedPayment[] = [];
  const now = () => new Date('2026-01-01T10:00:00Z');
  const channel = createSimulatorChannel({ log: memoryLog(), now, newId: () => `m${++made}`, receipts: false });
  await channel.start({
    onInbound: async ({ id, from, text }) => {
      heard.push(text);
      const reply = { id: `r-${id}`, to: from, text: `*echo* ${text}`, options: [], orderId: 'o_1' };
      await channel.send(reply, AbortSignal.timeout(1_000));
      return { stored: 'new' };
    },
    onDelivery: async () => undefined,
  });
  const onPayment = async (event: SimulatedPayment) => void payments.push(event);
  const { url, close } = await listen(createServer({ ...bareServer, simulator: { channel, now, onPayment } }));
  closers.push(async () => {
    await channel.stop();
    close();
  });
  return { url, heard, payments, channel };
}

async function chatWith(url: string, lines: string[], phone = PHONE): Promise<string> {
  const input = new PassThrough();
  const output = new PassThrough();
  let printed = '';
  output.on('data', (data) => {
    printed += data;
  });
  input.end(lines.map((line) => `${line}\n`).join(''));
  await runTerminalChat({ phone, url, input, output, quietMs: 60 });
  return printed;
}

describe('a chat by terminal', () => {
  it('sends the lines of a script one after the other and prints each answer', async () => {
    const { url, heard } = await startEcho();
    const printed = await chatWith(url, ['hi', '', '  1  ', 'नमस्ते']);
    expect(heard).toEqual(['hi', '1', 'नमस्ते']);
    const places = ['echo hi', 'echo 1', 'echo नमस्ते'].map((words) => printed.indexOf(words));
    expect(places.every((place, n) => place > (places[n - 1] ?? -1))).toBe(true);
  });

  it('does not repeat to a script what was said before', async () => {
    const { url } = await startEcho();
    await chatWith(url, ['first']);
    expect(await chatWith(url, ['second'])).not.toContain('echo first');
  });

  it('pays the order asked for last, and leaves when told to', async () => {
    const { url, heard, payments } = await startEcho();
    await chatWith(url, ['hi', '/pay', '/pay failed', '/quit', 'never sent']);
    expect(payments).toEqual([
      { orderId: 'o_1', event: 'paid' },
      { orderId: 'o_1', event: 'failed' },
    ]);
    expect(heard).toEqual(['hi']);
  });

  it('says what can be done and that there is nothing to pay', async () => {
    const { url } = await startEcho();
    const printed = await chatWith(url, ['/help', '/pay']);
    expect(printed).toContain('/quit');
    expect(printed).toContain('Nothing has been asked to be paid');
  });

  it('prints what comes later too, such as news of a team', async () => {
    const { url, channel } = await startEcho();
    const input = new PassThrough();
    const output = new PassThrough();
    const printed = (words: string) =>
      new Promise((resolve) => output.on('data', (data) => String(data).includes(words) && resolve(0)));
    const [answered, news] = [printed('echo hi'), printed('team full')];
    const done = runTerminalChat({ phone: PHONE, url, input, output, quietMs: 10 });
    input.write('hi\n');
    await answered;
    await channel.send({ id: 'news', to: PHONE, text: 'team full', options: [] }, AbortSignal.timeout(1_000));
    await news;
    input.end();
    await done;
  });

  it('says what to do when nothing answers, when it is refused, and when the phone is none', async () => {
    await expect(chatWith('http://127.0.0.1:1', ['hi'])).rejects.toThrow('npm start');
    await expect(chatWith('http://127.0.0.1:1', ['hi'], '98123')).rejects.toThrow('+919812345678');
    const { url } = await startEcho();
    await expect(chatWith(url, ['hi', '/pay stolen'])).rejects.toThrow('event');
  });
});

describe('a message in a terminal', () => {
  const message = { seq: 1, direction: 'out', id: 'x', kind: 'text', text: '', at: '2026-01-01T10:00:00Z' } as const;
  const paint = { strong: (text: string) => `<${text}>`, faint: (text: string) => text };

  it('cannot move the cursor or change colours', () => {
    const text = 'a\u001b[31mb\u0007c\r\u2028d *bold*';
    const printed = linesOf({ ...message, text }, paint).join('');
    expect(printed).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(linesOf({ ...message, text }, paint)[1]).toContain('<bold>');
  });

  it('shows a payment link as a code to scan', () => {
    expect(linkToScan({ ...message, text: 'Pay: upi://pay?pa=shop@bank&am=1 now' })).toBe(
      'upi://pay?pa=shop@bank&am=1',
    );
    expect(linkToScan({ ...message, text: 'http://localhost:3000/pay/o_1' })).toBe('http://localhost:3000/pay/o_1');
    expect(linkToScan({ ...message, text: 'http://localhost:3000/t/AB' })).toBeUndefined();
    expect(qrLines('upi://pay?pa=shop@bank').length).toBeGreaterThan(10);
  });
});
