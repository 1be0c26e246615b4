import { postJournal } from '#domain/ledger';
import { markDelivered, refundOrder } from '#domain/orders';
import { claimUpi, confirmUpi, recordPaymentEvent } from '#domain/payments';
import { runRefunds } from '#domain/refunds';
import {
  agreeCod,
  type JoinOutcome,
  joinTeam,
  leaveTeam,
  type Reserved,
  settleTeams,
  startTeam,
  sweepTeams,
} from '#domain/teams';
import { Journal } from '#models/journal';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { Refund } from '#models/refund';
import { Team } from '#models/team';
import { type Market, paid, someCustomer, someDeal } from '#test/support/market';

const MINUTE = 60_000;

export interface Story {
  readonly names: readonly string[];
  /** Does one step; doing it again after a crash is what a redelivered message or webhook does. */
  readonly run: (step: number) => Promise<void>;
}

/**
 * Writes a story of eight people through which nearly everything happens that can happen to a purchase: credit, a
 * lapsed hold, money too late, a new team, cash, UPI, leaving, expiry, refunds, delivery and a return.
 */
export async function purchaseStory(market: Market): Promise<Story> {
  const { deps, clock } = market;
  const deal = await someDeal(market);
  const people = ['asha', 'bina', 'chetan', 'devi', 'eva', 'farid', 'gita', 'hari'];
  for (const id of people) await someCustomer(market, id);
  const seats = new Map<string, Reserved>();
  let from = clock.now().getTime();
  const keep = (name: string, outcome: JoinOutcome) => {
    if (outcome.kind !== 'reserved') throw new Error(`${name}: ${outcome.kind}`);
    seats.set(name, outcome);
  };
  const seat = (name: string): Reserved => {
    const found = seats.get(name);
    if (!found) throw new Error(`${name} has no seat`);
    return found;
  };
  const base = (id: string, change: object) => ({
    commandId: `story-${id}`,
    customerId: id,
    units: 1,
    method: 'simulated' as const,
    spill: 'refund' as const,
    expectPrice: 9_900,
    ...change,
  });
  const start =
    (id: string, change: object = {}) =>
    async () =>
      keep(id, await startTeam(deps, { ...base(id, change), dealId: deal._id, kind: 'team' }));
  const join =
    (id: string, leader: string, change: object = {}) =>
    async () =>
      keep(id, await joinTeam(deps, { ...base(id, change), teamId: seat(leader).teamId }));
  const pay =
    (id: string, change: object = {}) =>
    async () => {
      await recordPaymentEvent(deps, paid(market, seat(id), change));
    };
  const waitUntil = (minutes: number) => async () => {
    const left = from + minutes * MINUTE - clock.now().getTime();
    if (left > 0) clock.advance(left);
  };
  const sweep = async () => {
    await sweepTeams(deps);
  };
  const refunds = async () => {
    await runRefunds(deps);
  };
  const steps: [string, () => Promise<void>][] = [
    ['credit', async () => void (await postJournal(deps, giftTo('asha', 2_000)))],
    ['asha starts with credit', start('asha', { useCredit: true })],
    ['asha pays', pay('asha')],
    ['bina joins', join('bina', 'asha')],
    ['bina pays twice', pay('bina')],
    ['bina pays twice, again', pay('bina', { paymentId: 'bina-second' })],
    ['chetan joins', join('chetan', 'asha', { spill: 'lead' })],
    ['a quarter passes', waitUntil(20)],
    ['sweep', sweep],
    ['devi joins with cash', join('devi', 'asha', { method: 'cod' })],
    ['devi agrees', async () => void (await agreeCod(deps, { commandId: 'story-yes', orderId: seat('devi').orderId }))],
    ['chetan pays too late and leads', pay('chetan')],
    ['delivered', async () => void (await markDelivered(deps, { orderId: seat('devi').orderId, actor: 'op' }))],
    [
      'bina returns',
      async () => void (await refundOrder(deps, { orderId: seat('bina').orderId, actor: 'op', reason: 'spoiled' })),
    ],
    ['refunds', refunds],
    ['eva starts', start('eva')],
    ['farid would join', async () => void (await joinTeam(deps, { ...base('farid', {}), teamId: seat('eva').teamId }))],
    ['eva pays', pay('eva')],
    ['gita joins', join('gita', 'eva', { method: 'upi' })],
    [
      'gita sends a reference',
      async () =>
        void (await claimUpi(deps, {
          commandId: 'story-claim',
          orderId: seat('gita').orderId,
          reference: '412345678901',
        })),
    ],
    [
      'gita is confirmed',
      async () =>
        void (await confirmUpi(deps, { reference: '412345678901', amount: 9_900, paidAt: clock.now(), actor: 'op' })),
    ],
    ['hari joins', join('hari', 'eva')],
    ['half an hour passes', waitUntil(60)],
    ['sweep', sweep],
    ['hari pays late and sits again', pay('hari')],
    [
      'farid starts',
      async () =>
        void (await startTeam(deps, {
          ...base('farid', { commandId: 'story-farid-2' }),
          dealId: deal._id,
          kind: 'team',
        }).then((outcome) => keep('farid', outcome))),
    ],
    ['farid pays', pay('farid')],
    [
      'farid leaves',
      async () =>
        void (await leaveTeam(deps, { commandId: 'story-leave', customerId: 'farid', teamId: seat('farid').teamId })),
    ],
    ['a day and a half passes', waitUntil(60 * 40)],
    ['sweep', sweep],
    ['refunds', refunds],
  ];
  from = clock.now().getTime();
  return { names: steps.map(([name]) => name), run: async (step) => steps[step]?.[1]() };
}

function giftTo(customerId: string, amount: number) {
  const entries = [
    { account: 'expense:referral', amount: -amount },
    { account: `customer:${customerId}:credit`, amount },
  ];
  return { id: `gift:${customerId}`, kind: 'gift', currency: 'INR', entries };
}

/** Does what runs by itself after a crash: a minute passes, then sweep, repair and refunds. */
export async function recover({ deps, clock }: Market): Promise<void> {
  clock.advance(61_000);
  await sweepTeams(deps);
  await settleTeams(deps);
  await runRefunds(deps);
}

/** Sums up what is left of a story, without times and ids of chance. */
export async function ending(): Promise<object> {
  const [teams, orders, refunds, outbox, journals] = await Promise.all([
    Team.find({ size: { $gt: 0 } }).lean(),
    Order.find().lean(),
    Refund.find().lean(),
    Outbox.find().lean(),
    Journal.find().lean(),
  ]);
  const sums: Record<string, number> = {};
  for (const { entries } of journals)
    for (const { account, amount } of entries) sums[account] = (sums[account] ?? 0) + amount;
  return {
    teams: teams.map((team) => `${team.leaderId} ${team.state} ${team.counted}`).sort(),
    orders: orders.map((order) => `${order.customerId} ${order.state} ${order.total} ${order.fulfilment.state}`).sort(),
    refunds: refunds.map((refund) => `${refund.customerId} ${refund.state} ${refund.amount} ${refund.reason}`).sort(),
    outbox: outbox.map((row) => `${row.customerId} ${(row.replies[0] as { copy: string }).copy}`).sort(),
    sums: Object.fromEntries(Object.entries(sums).sort()),
  };
}
