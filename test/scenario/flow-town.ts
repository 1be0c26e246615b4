import { ordersOf } from '#domain/orders';
import { recordPaymentEvent } from '#domain/payments';
import { runRefunds } from '#domain/refunds';
import { releaseDueRewards } from '#domain/rewards';
import { sweepTeams } from '#domain/teams';
import type { OrderDoc } from '#models/order';
import { Team } from '#models/team';
import type { PaymentMethod } from '#ports/payment';
import { seedTown } from '#seed/town';
import { flowDeps, openScene, type Phone, type Scene, type SceneClock, sceneClock } from './flow-support.ts';

/** Opens a small town with a stage over it. */
export async function openTown(methods: readonly PaymentMethod[] = ['simulated']) {
  const clock = sceneClock();
  const deps = flowDeps(clock, methods);
  await seedTown(deps, { people: 20, seed: 3 });
  return { clock, deps, scene: openScene(deps) };
}

/** Reads a phone's latest order; throws when there is none. */
export async function latestOrder(phone: Phone): Promise<OrderDoc> {
  const [order] = await ordersOf((await phone.customer())._id, 1);
  if (!order) throw new Error(`${phone.name} has no order.`);
  return order;
}

/** Lets the provider report that a phone's latest order was paid in full. */
export async function pays({ deps, note }: Scene, phone: Phone, amount?: number): Promise<void> {
  const order = await latestOrder(phone);
  note(`${phone.name} pays`);
  await recordPaymentEvent(deps, {
    provider: order.method ?? 'simulated',
    eventId: `ev-${order._id}`,
    paymentId: `pay-${order._id}`,
    kind: 'paid',
    orderId: order._id,
    amount: amount ?? order.due,
    currency: order.currency,
    paidAt: deps.clock.now(),
  });
}

const HELLO = { hi: ['hi', '1', 'नहीं'], 'hi-Latn': ['hi', '2', 'nahi'], en: ['hi', '3', 'no'] } as const;

/** Brings a phone through the welcome. */
export async function arrives(scene: Scene, name: string, language: keyof typeof HELLO): Promise<Phone> {
  const phone = scene.phone(name);
  for (const text of HELLO[language]) await phone.say(text);
  return phone;
}

/** Opens a deal by its number and answers the questions up to the payment. */
export async function says(phone: Phone, ...texts: readonly string[]): Promise<string> {
  let answer = '';
  for (const text of texts) answer = await phone.say(text);
  return answer;
}

/** Codes and ids differ from run to run; a transcript names them by what they are. */
export const stable = (text: string) =>
  text
    .replace(
      /\b(JOIN )[2-9A-Z]{7}( [2-9A-Z]{7})?/g,
      (_all, join, sharer) => `${join}TEAMCODE${sharer ? ' MYCODE' : ''}`,
    )
    .replace(/\/([tr])\/[2-9A-Z]{7}(\?by=[2-9A-Z]{7})?/g, '/$1/CODE')
    .replace(/(ऑर्डर|[Oo]rder) [2-9A-Z]{7}(?![2-9A-Z])/g, '$1 ORDER')
    .replace(/\b[2-9A-Z]{7}(?= ·)/g, 'ORDER')
    .replace(/pay:simulated/g, 'PAYLINK');

/** Gives the code of an open team. */
export async function teamCode(): Promise<string> {
  const team = await Team.findOne({ state: 'open' }).lean();
  return team?.code ?? '';
}

/** Moves the clock and does what fell due. */
export async function later(clock: SceneClock, scene: Scene, hours: number): Promise<void> {
  clock.forward(hours * 60);
  scene.note(`${hours} hours later`);
  await sweepTeams(scene.deps);
  await runRefunds(scene.deps);
  await releaseDueRewards(scene.deps);
}
