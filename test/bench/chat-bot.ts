import mongoose from 'mongoose';
import { type Bot, startBot } from '#bot/bot';
import { addDeal } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { orderById } from '#domain/orders';
import { recordPaymentEvent } from '#domain/payments';
import { marketRules } from '#domain/rules';
import { settleTeams, sweepTeams } from '#domain/teams';
import { systemClock } from '#lib/clock';
import { createLogger } from '#lib/logger';
import { buildIndexes, connectMongo } from '#lib/mongo';
import { newOwner } from '#lib/owner';
import { newId, secureRandom } from '#lib/random';
import { repeat } from '#lib/repeat';
import { createEngine, readWriting, render } from '#main/engine';
import '#main/all-models';
import { Product } from '#models/product';
import { simulatedPayments } from '#payments/simulated';
import type { Channel, ChannelEvents } from '#ports/channel';
import type { FromBot, ToBot } from './chat-wire.ts';

/** Is the measured process: real conversations, domain, database and sender; only the phones are in another process. */
const BENCH_DEALS = 40;
const QUIET_MS = 300;

const log = createLogger(process.env['LOG_LEVEL'] ?? 'error');
let events: ChannelEvents | undefined;
const outgoing: FromBot[] = [];
let roundTrips = 0;

function tell(message: FromBot): void {
  outgoing.push(message);
  if (outgoing.length === 1) setImmediate(() => process.send?.(outgoing.splice(0)));
}

const phones: Channel = {
  name: 'simulator',
  capabilities: { options: true, images: true, typing: false, receipts: false },
  start: async (given) => {
    events = given;
  },
  stop: async () => {
    events = undefined;
  },
  send: async ({ id, to, text, options, orderId }) => {
    tell({ kind: 'out', to, text, options: options.map((option) => option.id), ...(orderId ? { orderId } : {}) });
    return { kind: 'sent', providerId: id };
  },
};

const clock = systemClock();
const deps: Deps = {
  clock,
  random: secureRandom,
  secrets: { pepper: Buffer.alloc(32, 1), key: Buffer.alloc(32, 2) },
  log,
  rulesOf: marketRules(),
  payments: new Map([['simulated', simulatedPayments({ publicUrl: 'http://localhost:3000', now: () => clock.now() })]]),
  publicUrl: 'http://localhost:3000',
  botNumber: '910000000000',
};

async function main(): Promise<void> {
  await connectMongo(process.env['BENCH_URI'] ?? '', { dbName: 'toli_bench', monitor: true });
  mongoose.connection.getClient().on('commandStarted', () => {
    roundTrips += 1;
  });
  await buildIndexes();
  await makeDeals();
  const parts = {
    deps,
    engine: createEngine(),
    channels: new Map([['simulator', phones]]),
    owner: newOwner(),
    hearsHere: true,
    quietMs: () => QUIET_MS,
    readWriting,
    render,
  };
  const bot = await startBot(parts);
  const failed = (error: unknown) => log.error({ err: error }, 'sweep');
  repeat(30_000, async () => void (await sweepTeams(deps)), failed);
  repeat(10_000, async () => void (await settleTeams(deps)), failed);
  process.on('message', (batch: ToBot[]) => {
    for (const one of batch) void hear(one, bot).catch(failed);
  });
  tell({ kind: 'ready' });
}

async function hear(message: ToBot, bot: Bot): Promise<void> {
  switch (message.kind) {
    case 'in':
      await events?.onInbound({ channel: 'simulator', at: clock.now(), ...message.message });
      return;
    case 'pay':
      return pay(message.orderId);
    case 'count':
      return tell({ kind: 'count', roundTrips, cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
    case 'end':
      await bot.stop();
      process.exit(0);
  }
}

async function pay(orderId: string): Promise<void> {
  const order = await orderById(orderId);
  if (!order) return;
  await recordPaymentEvent(deps, {
    provider: 'simulated',
    eventId: newId('e', deps.random),
    paymentId: newId('p', deps.random),
    kind: 'paid',
    orderId,
    amount: order.due,
    currency: order.currency,
    paidAt: clock.now(),
  });
}

async function makeDeals(): Promise<void> {
  for (let i = 0; i < BENCH_DEALS; i++) {
    await Product.create({
      _id: `bench-${i}`,
      names: { en: `Rice ${i} kg`, hi: `चावल ${i} किलो`, 'hi-Latn': `Chawal ${i} kg` },
      category: 'grocery',
      artwork: 'rice',
      soloPrice: 120_00,
      currency: 'INR',
      market: 'IN',
      source: 'operator',
      createdAt: clock.now(),
    });
    await addDeal(deps, {
      productId: `bench-${i}`,
      size: 2,
      teamPrice: 100_00,
      soloPrice: 120_00,
      stock: 1_000_000,
      endsAt: new Date(clock.now().getTime() + 30 * 24 * 3_600_000),
      unitsPerSeat: 1,
      maxUnitsPerCustomer: 1_000_000,
    });
  }
}

void main();
