import { advanceClock } from '#domain/clock-offset';
import { addDeal } from '#domain/deals';
import { addressKey } from '#lib/identity';
import { Inbox } from '#models/inbox';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { Product } from '#models/product';
import { testDeps } from '#test/support/deps';
import { pause, type Shop } from './shop.ts';
import { type KillPlan, SECRETS, type ShownMessage } from './wire.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const A = '+919812340001';
const B = '+919812340002';

/** Is a recorded story: what comes before the measured part, and the measured part, after which all is at rest. */
export interface Story {
  readonly name: string;
  readonly before: (stage: Stage) => Promise<void>;
  readonly measured: (stage: Stage) => Promise<void>;
}

/** Is what a story is played on. */
export interface Stage {
  readonly shop: Shop;
  /** Writes from a phone and gives the reply, after everything it set going has come to rest. */
  say(from: string, text: string): Promise<ShownMessage>;
  /** Pays the order a message is about, in full. */
  pay(message: ShownMessage): Promise<void>;
  /** Moves business time and lets the worker do what fell due. */
  pass(ms: number): Promise<void>;
  rest(): Promise<void>;
}

/** Opens the stage on a shop. `words` counts what each phone wrote, so that every message has an id of its own. */
export function stageOf(shop: Shop): Stage {
  let words = 0;
  const run = `${Date.now()}`;
  const rest = () => comeToRest(shop);
  return {
    shop,
    rest,
    say: async (from, text) => {
      words += 1;
      const id = `${run}-${words}`;
      await shop.ask({ kind: 'in', message: { channel: 'simulator', id, from, kind: 'text', text, at: new Date() } });
      const reply = await shop.shownAs(`reply:${addressKey(SECRETS, `simulator|${from}`, id)}:0`);
      await rest();
      return reply;
    },
    pay: async ({ orderId, text }) => {
      const order = await Order.findById(orderId).lean();
      if (!order) throw new Error(`there is nothing to pay in: ${text}`);
      const event = {
        provider: 'simulated',
        eventId: `evt-${order._id}`,
        paymentId: `pay-${order._id}`,
        kind: 'paid' as const,
        orderId: order._id,
        amount: order.due,
        currency: order.currency,
        paidAt: new Date(order.placedAt.getTime() + 1_000),
      };
      await shop.ask({ kind: 'money', event });
      await rest();
    },
    pass: async (ms) => {
      await advanceClock(ms);
      await shop.ask({ kind: 'due' });
      await rest();
    },
  };
}

/** Waits until no message waits, nothing is being sent and the bot has nothing in its hands. */
async function comeToRest(shop: Shop): Promise<void> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const [idle, waiting, leaving] = await Promise.all([
      shop.ask({ kind: 'idle' }),
      Inbox.countDocuments({ state: 'new' }),
      Outbox.countDocuments({ state: { $in: ['queued', 'sending'] } }),
    ]);
    if (idle === true && waiting === 0 && leaving === 0) return;
    await pause(10);
  }
  const rows = await Outbox.find({ state: { $in: ['queued', 'sending'] } }).lean();
  throw new Error(
    `never came to rest: ${JSON.stringify(rows)} ${await Inbox.countDocuments({ state: 'new' })} waiting`,
  );
}

/** Lets the worker run until nothing that anybody left behind can still be too young to be looked after. */
export async function runEverything(stage: Stage): Promise<void> {
  for (let round = 0; round < 3; round++) await stage.pass(6 * MINUTE);
}

/** Makes the shop's two deals. */
export async function stockShop(): Promise<void> {
  const deps = testDeps({ secrets: SECRETS });
  for (const [id, price] of [['tea', 300_00] as const, ['ghee', 500_00] as const]) {
    await Product.create({
      _id: id,
      names: { en: id, hi: id, 'hi-Latn': id },
      category: 'home',
      artwork: 'tea',
      soloPrice: price + 50_00,
      currency: 'INR',
      market: 'IN',
      source: 'operator',
      createdAt: deps.clock.now(),
    });
    const endsAt = new Date(deps.clock.now().getTime() + 60 * 24 * HOUR);
    await addDeal(deps, { id: `d_${id}`, productId: id, size: 2, teamPrice: price, endsAt, stock: 100 });
  }
}

async function says(stage: Stage, from: string, texts: readonly string[]): Promise<ShownMessage> {
  let reply: ShownMessage | undefined;
  for (const text of texts) reply = await stage.say(from, text);
  if (!reply) throw new Error('nothing was said');
  return reply;
}

const welcome = (stage: Stage) => says(stage, A, ['hi', '3', 'no']);
const startsTeam = (stage: Stage) => says(stage, A, ['DEAL 1', '1', '333001', 'House 12, near the temple', 'yes']);

async function purchase(stage: Stage): Promise<void> {
  await stage.pay(await startsTeam(stage));
  const invitation = stage.shop.shown.find(({ to, text }) => to === A && /JOIN \w{7} \w{7}/.test(text));
  const link = /JOIN \w{7} \w{7}/.exec(invitation?.text ?? '')?.[0];
  if (!link) throw new Error(`A was not told what to share: ${JSON.stringify(stage.shop.shown.at(-1))}`);
  await stage.pay(await says(stage, B, [link, '3', 'no', '1', '333001', 'Opposite the school', '2', 'yes']));
}

async function reward(stage: Stage): Promise<void> {
  for (const { _id } of await Order.find().sort({ placedAt: 1 }).lean()) {
    await stage.shop.ask({ kind: 'deliver', orderId: _id });
    await stage.rest();
  }
  await stage.pass(8 * 24 * HOUR);
  await stage.pay(await says(stage, A, ['DEAL 2', '2', '1', 'yes', 'yes']));
}

async function refund(stage: Stage): Promise<void> {
  await stage.pass(24 * HOUR + 20 * MINUTE);
  await stage.pass(6 * MINUTE);
  await stage.say(A, 'my money');
}

/** Lists the stories that are killed at every write. */
export const STORIES: readonly Story[] = [
  {
    name: 'purchase',
    before: async (stage) => void (await welcome(stage)),
    measured: purchase,
  },
  {
    name: 'referral',
    before: async (stage) => {
      await welcome(stage);
      await purchase(stage);
    },
    measured: reward,
  },
  {
    name: 'refund',
    before: async (stage) => {
      await welcome(stage);
      await stage.pay(await startsTeam(stage));
    },
    measured: refund,
  },
];

/** Plays the measured part of a story, and afterwards everything that falls due; answers the writes it took. */
export async function play(story: Story, stage: Stage, plan?: KillPlan): Promise<readonly string[]> {
  await stage.shop.ask({ kind: 'measure', ...(plan ? { plan } : {}) });
  await story.measured(stage);
  const writes = (await stage.shop.ask({ kind: 'writes' })) as readonly string[];
  await runEverything(stage);
  return writes;
}
