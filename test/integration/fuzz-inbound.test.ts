import { afterAll, describe, expect, it } from 'vitest';
import '#main/all-models';
import { startBot } from '#bot/bot';
import { diagnose } from '#domain/doctor';
import { orderById } from '#domain/orders';
import { recordPaymentEvent } from '#domain/payments';
import { settleTeams } from '#domain/teams';
import { createLogger } from '#lib/logger';
import { newOwner } from '#lib/owner';
import { seededRandom } from '#lib/random';
import { createEngine, readWriting, render } from '#main/engine';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { simulatedPayments } from '#payments/simulated';
import { oddMessage, WAY_TO_PAYMENT } from '#test/fault/odd-messages';
import { pause } from '#test/fault/shop';
import { stockShop } from '#test/fault/stories';
import { SECRETS } from '#test/fault/wire';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { memoryChannel } from '#test/support/memory-channel';

const FULL = process.env['TOLI_TEST_FULL'] === '1';
const MESSAGES = FULL ? 10_000 : 2_000;
const PHONES = FULL ? 200 : 50;
const MOST_AT_ONCE = 3;
const SEED = Number(process.env['TOLI_TEST_SEED'] ?? 20_261_122);

useDatabase();
const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);
process.on('unhandledRejection', note);
process.on('uncaughtException', note);
afterAll(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

const ownKeys = () => [Object, Array, String, Function].map(({ prototype }) => Reflect.ownKeys(prototype).length);

async function until(what: string, check: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!check()) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await pause(5);
  }
}

describe(`${MESSAGES} odd messages from ${PHONES} phones, seed ${SEED}`, () => {
  it('crash nothing; every one ends done or dead with a reason, answered or logged with why', async () => {
    await stockShop();
    const errors: string[] = [];
    const log = createLogger('error', { write: (line) => void errors.push(line) });
    const clock = testDeps().clock;
    const simulated = simulatedPayments({ publicUrl: 'http://localhost:3000', now: () => clock.now() });
    const deps = testDeps({ secrets: SECRETS, log, clock, payments: new Map([['simulated', simulated]]) });
    const channel = memoryChannel();
    const channels = new Map([['simulator', channel]]);
    const bot = await startBot({
      deps,
      engine: createEngine(['tea', 'ghee']),
      channels,
      owner: newOwner(),
      hearsHere: true,
      quietMs: () => 0,
      render,
      readWriting,
    });
    const keysBefore = ownKeys();
    const random = seededRandom(SEED);
    const phones = Array.from({ length: PHONES }, (_, n) => ({ from: `+9198765${String(10_000 + n)}`, n }));

    let usual = 0;
    for (const [step, text] of WAY_TO_PAYMENT.entries()) {
      const walking = phones.filter(({ n }) => n % (WAY_TO_PAYMENT.length + 1) > step);
      await Promise.all(walking.map(({ from }) => channel.write(from, text)));
      usual += walking.length;
      await until('the usual messages are answered', () => bot.waiting() === 0);
    }
    for (let sent = 0; sent < MESSAGES; ) {
      const stored: Promise<unknown>[] = [];
      for (const { from } of phones) {
        const got = channel.sent.filter(({ to }) => to === from);
        const count = 1 + Math.floor(random.unit() * MOST_AT_ONCE);
        for (let i = 0; i < count && sent < MESSAGES; i++, sent++) {
          const { text, ...odd } = oddMessage(random, { from, got });
          stored.push(channel.write(from, text, odd));
        }
        const toPay = got.at(-1)?.orderId;
        if (toPay && random.unit() < 0.5) stored.push(pay(toPay));
      }
      await Promise.all(stored);
      await until('the bot has nothing left to do', () => bot.waiting() === 0);
    }
    await bot.stop();
    await settleTeams(deps);

    const orders = await Order.countDocuments();
    const reached = await Interaction.distinct('data.from', { kind: 'message-in' });
    console.log(`${MESSAGES} messages, ${orders} orders, at ${reached.sort().join(' ')}`);
    expect(reached.length).toBeGreaterThan(15);
    expect(orders).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    expect(unhandled).toEqual([]);
    expect(ownKeys()).toEqual(keysBefore);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(await unanswered()).toEqual([]);
    expect(await Inbox.countDocuments()).toBe(usual + MESSAGES);
    expect(channel.sent.filter(({ text }) => text.trim() === '')).toEqual([]);
    const { checks } = await diagnose(deps);
    expect(checks.filter(({ ok }) => ok === false)).toEqual([]);

    async function pay(orderId: string): Promise<void> {
      const order = await orderById(orderId);
      if (!order) throw new Error(`the bot asked to pay ${orderId}, which is nothing`);
      await recordPaymentEvent(deps, {
        provider: 'simulated',
        eventId: `evt-${orderId}`,
        paymentId: `pay-${orderId}`,
        kind: 'paid',
        orderId,
        amount: order.due,
        currency: order.currency,
        paidAt: deps.clock.now(),
      });
    }
  }, 900_000);
});

/** Lists messages that ended neither answered nor with a word of why not. */
async function unanswered(): Promise<string[]> {
  const rows = await Inbox.find().sort({ chatId: 1, seq: 1 }).lean();
  const logged = await Interaction.find({ kind: 'message-in' }).lean();
  const wayOf = new Map(logged.map(({ _id, data }) => [_id, data as { way?: string; reason?: string } | undefined]));
  const replies = new Set((await Outbox.find({ _id: /^reply:/ }, { _id: 1 }).lean()).map(({ _id }) => _id));
  const broken: string[] = [];
  const answeredAt = new Map<string, number>();
  for (const { _id, chatId, seq } of rows) if (replies.has(`reply:${_id}:0`)) answeredAt.set(chatId, seq);
  for (const { _id, chatId, seq, state, reason, kind, text, option } of rows) {
    const said = JSON.stringify({ kind, option, text: text.slice(0, 40) });
    const why = wayOf.get(`in:${_id}`);
    if (state === 'new' || (state === 'dead' && !reason)) broken.push(`${said} ended ${state}`);
    if (state === 'dead' && reason) broken.push(`${said} is dead: ${reason}`);
    if (!why?.way) broken.push(`${said} has no log row`);
    const silent = why?.way === 'flood' || (why?.way === 'skipped' && why.reason);
    if (!silent && (answeredAt.get(chatId) ?? -1) < seq) broken.push(`${said} (${why?.way}) has no answer`);
  }
  return broken;
}
