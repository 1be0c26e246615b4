import mongoose from 'mongoose';
import { type Bot, startBot } from '#bot/bot';
import { readClockOffset } from '#domain/clock-offset';
import type { Deps } from '#domain/deps';
import { markDelivered } from '#domain/orders';
import { recordPaymentEvent } from '#domain/payments';
import { marketRules } from '#domain/rules';
import { systemClock } from '#lib/clock';
import { createLogger } from '#lib/logger';
import { connectMongo } from '#lib/mongo';
import { newOwner } from '#lib/owner';
import { secureRandom } from '#lib/random';
import { createEngine, readWriting, render } from '#main/engine';
import '#main/all-models';
import type { Channel, ChannelEvents } from '#ports/channel';
import type { PaymentProvider } from '#ports/payment';
import { workerJobs } from '#worker/jobs';
import { createScheduler } from '#worker/scheduler';
import { type Ask, SECRETS, type Told } from './wire.ts';
import { countWrites, type WriteCount } from './write-count.ts';

/** Is bot and worker in one process that can die at any write; phones, money and time are in the process that started it. */
const LATE_MS = 5 * 60_000;

const clock = systemClock();
const log = createLogger(process.env['LOG_LEVEL'] ?? 'silent');
let events: ChannelEvents | undefined;
let bot: Bot | undefined;
let writes: WriteCount | undefined;
let lateMs = 0;

/** Resolves once the message is out of this process, so that dying afterwards does not take it back. */
function tell(told: Told): Promise<void> {
  return new Promise((resolve, reject) =>
    process.send?.(told, (error: Error | null) => (error ? reject(error) : resolve())),
  );
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
  send: async ({ id, to, text, orderId }) => {
    await tell({ kind: 'shown', key: id, to, text, ...(orderId ? { orderId } : {}) });
    return { kind: 'sent', providerId: id };
  },
};

const provider: PaymentProvider = {
  name: 'simulated',
  refundDays: 1,
  request: async ({ orderId, amount, currency }) => ({
    orderId,
    amount,
    currency,
    url: `pay:${orderId}`,
    needsReference: false,
  }),
  refund: async ({ id, amount }) => {
    await tell({ kind: 'refund', id, amount });
    return { kind: 'done', reference: `R-${id}`, at: clock.now() };
  },
};

const deps: Deps = {
  clock,
  random: secureRandom,
  secrets: SECRETS,
  log,
  rulesOf: marketRules(),
  payments: new Map([['simulated', provider]]),
  publicUrl: 'http://localhost:3000',
  botNumber: '910000000000',
};

async function open(uri: string, quietMs: number): Promise<void> {
  await connectMongo(uri, { monitor: true });
  writes = countWrites(mongoose.connection.getClient());
  clock.adopt(await readClockOffset());
  bot = await startBot({
    deps,
    engine: createEngine(),
    channels: new Map([['simulator', phones]]),
    owner: newOwner(),
    hearsHere: true,
    quietMs: () => quietMs,
    render,
    readWriting,
  });
}

/** Runs the worker's rounds as if minutes of machine time had passed, so that whatever was left behind is old enough. */
async function runDue(): Promise<void> {
  clock.adopt(await readClockOffset());
  lateMs += LATE_MS;
  const late: Deps = { ...deps, clock: { now: clock.now, system: () => Date.now() + lateMs } };
  const rounds = workerJobs(late).filter(({ schedule }) => 'everyMs' in schedule);
  await createScheduler(late, newOwner(), rounds).runDue();
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.kind) {
    case 'open':
      return open(ask.uri, ask.quietMs);
    case 'in':
      return events?.onInbound(ask.message);
    case 'money':
      return recordPaymentEvent(deps, ask.event);
    case 'deliver':
      return void (await markDelivered(deps, { orderId: ask.orderId, actor: 'op' }));
    case 'due':
      return runDue();
    case 'idle':
      return bot?.waiting() === 0;
    case 'measure':
      return writes?.begin(ask.plan);
    case 'writes':
      return writes?.seen();
    case 'end':
      return bot?.stop();
    default:
      return ask satisfies never;
  }
}

async function reply(number: number, ask: Ask): Promise<void> {
  try {
    await tell({ kind: 'answer', number, value: await answer(ask) });
  } catch (error) {
    await tell({ kind: 'failed', number, error: error instanceof Error ? String(error.stack) : String(error) });
  }
  if (ask.kind === 'end') process.exit(0);
}

process.on('message', ({ number, ask }: { number: number; ask: Ask }) => void reply(number, ask));
process.on('disconnect', () => process.exit(1));

await tell({ kind: 'booted' });
