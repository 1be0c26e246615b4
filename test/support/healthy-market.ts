import { setMarketing } from '#domain/consent';
import { customerForAddress } from '#domain/customers';
import { linkImport } from '#domain/linked-imports';
import { markDelivered, refundOrder } from '#domain/orders';
import { enqueueMessages } from '#domain/outbox';
import { claimUpi, confirmUpi } from '#domain/payments';
import { touchCode } from '#domain/referrals';
import { runRefunds } from '#domain/refunds';
import { payReward } from '#domain/reward-payouts';
import { releaseDueRewards } from '#domain/rewards';
import { leaveTeam, type Reserved, settleTeams, sweepTeams } from '#domain/teams';
import { ActiveRun } from '#models/active-run';
import { Customer } from '#models/customer';
import type { DealDoc } from '#models/deal';
import { Inbox } from '#models/inbox';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { Recommendation } from '#models/recommendation';
import { Run } from '#models/run';
import { type Market, someCustomer, someDeal } from './market.ts';
import { shopping } from './shopping.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Names what tests need to find again. */
export interface HealthyMarket {
  readonly deal: DealDoc;
  /** Three who bought together, delivered to the second, whose reward her inviter has. */
  readonly together: readonly Reserved[];
  /** A team that expired, its money given back. */
  readonly expired: Reserved;
  /** An open team; its second seat is reserved. */
  readonly open: Reserved;
  readonly reserved: Reserved;
  /** A purchase taken back after success, its money given back. */
  readonly takenBack: Reserved;
}

/** Fills a market with everything that can rightly happen in it, by the domain's own functions. */
export async function healthyMarket(market: Market): Promise<HealthyMarket> {
  const { deps, clock } = market;
  const shop = shopping(market);
  for (const id of PEOPLE) await someCustomer(market, id);
  const month = { endsAt: new Date(clock.now().getTime() + 30 * DAY) };
  const deal = await someDeal(market, { ...month, id: 'd_tea', productId: 'tea' });
  const together = await friendsBuy(market, deal);
  const expired = await shop.start('devi', deal);
  await shop.pay(expired);
  const [, takenBack] = (await shop.buyTogether(
    await someDeal(market, { ...month, id: 'd_oil', productId: 'oil', size: 2 }),
    ['ela', 'fatima'],
  )) as [Reserved, Reserved];
  await refundOrder(deps, { orderId: takenBack.orderId, actor: 'op', reason: 'broken' });
  await cashBuys(market, await someDeal(market, { ...month, id: 'd_rice', productId: 'rice', size: 2 }));
  await ladderCloses(market, month);
  await moneyGoesWrong(market, await someDeal(market, { ...month, id: 'd_soap', productId: 'soap', size: 2 }));
  await spills(market, await someDeal(market, { ...month, id: 'd_bag', productId: 'bag', size: 2 }));
  const zoya = await friendOfAsha(market, deal, ['zoya', 'yash', 'omar']);
  await markDelivered(deps, { orderId: zoya.orderId, actor: 'op' });
  await paysInGrace(market, deal);
  clock.advance(8 * DAY);
  await rest(market);
  await refundOrder(deps, { orderId: zoya.orderId, actor: 'op', reason: 'broken' });
  await payReward(deps, { customerId: 'bina', amount: 25_00, reference: 'P1', actor: 'op' });
  await friendOfAsha(market, deal, ['xena', 'wali', 'nila']);
  await moneyComesBack(market);
  await spendsCredit(market, await someDeal(market, { ...month, id: 'd_ghee', productId: 'ghee', size: 2 }));
  const running = await stillRunning(market, await someDeal(market, { ...month, id: 'd_atta', productId: 'atta' }));
  await otherRows(market);
  await rest(market);
  return { deal, together, expired, takenBack, ...running };
}

const PEOPLE =
  'asha bina chetan devi ela fatima gita hari indu jaya kiran lata mohan nila omar pia rani sita tara uma vani wali xena yash zoya'.split(
    ' ',
  );

async function rest({ deps, clock }: Market): Promise<void> {
  for (let looks = 0; looks < 3; looks++) {
    await sweepTeams(deps);
    await settleTeams(deps);
    await runRefunds(deps);
    await releaseDueRewards(deps);
    clock.advance(1);
  }
}

/** Bina comes by Asha's link; Chetan pays at the door; all three get it. */
async function friendsBuy(market: Market, deal: DealDoc): Promise<Reserved[]> {
  const { deps, clock } = market;
  const shop = shopping(market);
  await touchAsha(market, 'bina');
  const leader = await shop.start('asha', deal);
  await shop.pay(leader);
  const bina = await shop.join('bina', leader, deal);
  await shop.pay(bina);
  const chetan = await shop.join('chetan', leader, deal, { method: 'cod' });
  await shop.agree(chetan);
  clock.advance(HOUR);
  for (const { orderId } of [bina, chetan]) await markDelivered(deps, { orderId, actor: 'op' });
  return [leader, bina, chetan];
}

/** One takes cash back after it was collected, one before. */
async function cashBuys(market: Market, deal: DealDoc): Promise<void> {
  const shop = shopping(market);
  for (const [leads, joins] of [
    ['gita', 'hari'],
    ['indu', 'jaya'],
  ] as const) {
    const leader = await shop.start(leads, deal);
    await shop.pay(leader);
    const cash = await shop.join(joins, leader, deal, { method: 'cod' });
    await shop.agree(cash);
    if (joins === 'hari') await markDelivered(market.deps, { orderId: cash.orderId, actor: 'op' });
    await refundOrder(market.deps, { orderId: cash.orderId, actor: 'op', reason: 'refused' });
  }
}

/** Two of three buy on the lower rung; the difference goes back. */
async function ladderCloses(market: Market, month: { endsAt: Date }): Promise<void> {
  const shop = shopping(market);
  const ladder = [
    { members: 1, unitPrice: 9_900 },
    { members: 2, unitPrice: 8_900 },
  ];
  const deal = await someDeal(market, { ...month, id: 'd_lamp', productId: 'lamp', ladder });
  await shop.buyTogether(deal, ['kiran', 'lata']);
}

/** Wrong amounts, money twice, money from nobody, a chargeback, somebody who leaves, a refused reference. */
async function moneyGoesWrong(market: Market, deal: DealDoc): Promise<void> {
  const { deps } = market;
  const shop = shopping(market);
  const leader = await shop.start('mohan', deal);
  await shop.pay(leader, { paymentId: 'short', amount: 5_000 });
  await shop.pay(leader);
  await shop.pay(leader, { paymentId: 'twice' });
  await shop.pay({ ...leader, orderId: 'o_nobody' }, { paymentId: 'lost' });
  const claims = await shop.join('nila', leader, deal, { method: 'upi' });
  await claimUpi(deps, { commandId: 'claim-1', orderId: claims.orderId, reference: '412345678901' });
  const paidAt = market.clock.now();
  await confirmUpi(deps, { reference: '412345678901', amount: claims.due, paidAt, actor: 'op' });
  const solo = await shop.buyAlone('omar', deal);
  await shop.pay(solo);
  await shop.pay(solo, { kind: 'chargeback' });
  const leaves = await shop.start('pia', deal);
  await shop.pay(leaves);
  await leaveTeam(deps, { commandId: 'leave-1', customerId: 'pia', teamId: leaves.teamId });
  const lost = await shop.start('rani', deal, { method: 'upi' });
  await claimUpi(deps, { commandId: 'claim-2', orderId: lost.orderId, reference: '412345678902' });
}

/** Money that comes when the team is full leads a new one or goes back; while a seat is free it takes one again. */
async function spills(market: Market, deal: DealDoc): Promise<void> {
  const shop = shopping(market);
  const leader = await shop.start('sita', deal);
  await shop.pay(leader);
  const late = await shop.join('tara', leader, deal, { spill: 'lead' });
  market.clock.advance(20 * MINUTE);
  await shop.pay(await shop.join('uma', leader, deal), { payer: 'her brother' });
  await shop.pay(late);
  const other = await shop.start('lata', deal);
  await shop.pay(other);
  const lapsed = await shop.join('kiran', other, deal);
  await shop.pay(lapsed, { kind: 'failed' });
  market.clock.advance(20 * MINUTE);
  await rest(market);
  const full = await shop.join('vani', other, deal);
  market.clock.advance(20 * MINUTE);
  await rest(market);
  await shop.pay(lapsed);
  await shop.pay(full);
}

/** Money of the last minute arrives in the grace; money of the minute after it goes back. */
async function paysInGrace(market: Market, deal: DealDoc): Promise<void> {
  const shop = shopping(market);
  const leader = await shop.start('fatima', deal);
  await shop.pay(leader);
  market.clock.advance(DAY - 10 * MINUTE);
  const inTime = await shop.join('sita', leader, deal);
  const late = await shop.join('tara', leader, deal);
  market.clock.advance(12 * MINUTE);
  await shop.pay(inTime, { paidAt: new Date(market.clock.now().getTime() - 4 * MINUTE) });
  await shop.pay(late);
}

/** Somebody Asha invited buys with others, which earns both a reward. */
async function friendOfAsha(market: Market, deal: DealDoc, people: readonly [string, ...string[]]): Promise<Reserved> {
  await touchAsha(market, people[0]);
  const [first] = await shopping(market).buyTogether(deal, people);
  if (!first) throw new Error('nobody bought');
  return first;
}

async function touchAsha({ deps }: Market, customerId: string): Promise<void> {
  const code = (await Customer.findById('asha').lean())?.inviteCode ?? '';
  await touchCode(deps, { code, customerId, inboxId: `in_touch_${customerId}` });
}

/** A refund that had arrived is sent back by the bank. */
async function moneyComesBack(market: Market): Promise<void> {
  const order = await Order.findOne({ customerId: 'pia' }).lean();
  if (!order) throw new Error('pia never bought');
  const { _id: orderId, due, currency } = order;
  await shopping(market).pay({ orderId, due, currency }, { kind: 'refund-reversed' });
}

/** Credit is taken, given back with the seat, and taken again; money for a team that never opened goes home. */
async function spendsCredit(market: Market, deal: DealDoc): Promise<void> {
  const shop = shopping(market);
  const never = await shop.start('wali', deal);
  market.clock.advance(HOUR);
  await rest(market);
  await shop.pay(never);
  const first = await shop.start('asha', deal, { useCredit: true });
  await leaveTeam(market.deps, { commandId: 'leave-2', customerId: 'asha', teamId: first.teamId });
  await shop.pay(first);
  const leader = await shop.start('asha', deal, { useCredit: true });
  if (leader.credit === 0) throw new Error('the reward of asha was not there to be spent');
  await shop.pay(leader);
}

async function stillRunning(market: Market, deal: DealDoc) {
  const shop = shopping(market);
  const open = await shop.start('devi', deal);
  await shop.pay(open);
  const reserved = await shop.join('ela', open, deal);
  const claimed = await shop.join('gita', open, deal, { method: 'upi' });
  await claimUpi(market.deps, { commandId: 'claim-3', orderId: claimed.orderId, reference: '412345678903' });
  const agreed = await shop.start('hari', deal, { method: 'cod' });
  await shop.agree(agreed);
  await shop.start('indu', deal);
  return { open, reserved };
}

/** What is not of teams: imports, merged people, messages, consent, lists. */
async function otherRows(market: Market): Promise<void> {
  const { deps, clock } = market;
  const now = clock.now();
  const bought = await Order.findOne({ state: 'confirmed', source: 'chat' }).lean();
  if (!bought) throw new Error('nobody bought');
  const { teamId: _team, dealId: _deal, seatRev: _rev, ...order } = bought;
  await Order.create({ ...order, _id: 'o_import', source: 'import', customerId: 'vani' });
  await Order.create({ ...order, _id: 'o_seed', source: 'seed', customerId: 'vani' });
  await Customer.updateOne({ _id: 'vani' }, { $set: { importId: 'shop:17850', source: 'import' } });
  const wrote = await customerForAddress(deps, { channel: 'simulator', address: '+919800000077', at: now });
  await linkImport(deps, { importId: 'shop:17850', channel: 'simulator', address: '+919800000077' });
  const noon = new Date(`${now.toISOString().slice(0, 10)}T06:30:00Z`);
  const shared = { class: 'promotional', replies: [{ copy: 'next.deal' }], customerId: 'vani' } as const;
  await enqueueMessages([{ ...shared, key: 'next:vani:1', createdAt: new Date(noon.getTime() - 2 * DAY) }]);
  await Outbox.updateOne(
    { _id: 'next:vani:1' },
    { $set: { state: 'sent', sentAt: new Date(noon.getTime() - 2 * DAY), expiresAt: noon } },
  );
  const says = { customerId: wrote._id, language: 'en', textVersion: '1' };
  await setMarketing(deps, { ...says, granted: true, inboxId: 'in_yes' });
  await enqueueMessages([{ ...shared, key: 'next:vani:2', createdAt: now }]);
  await setMarketing(deps, { ...says, customerId: 'vani', granted: false, inboxId: 'in_stop' });
  await Inbox.create([inboxRow('in_1', 'done'), { ...inboxRow('in_2', 'dead'), reason: 'three tries failed' }]);
  await Run.create({ _id: 'r_1', kind: 'recompute', state: 'published', asOf: now, startedAt: now, seed: 1 });
  const at = { runId: 'r_1', at: now, simple: false };
  await ActiveRun.create({ _id: 'active', fence: 1, lists: { again: at, popular: at }, previous: {} });
  const list = { runId: 'r_1', items: [], customerId: '*' };
  await Recommendation.create([
    { ...list, _id: 'r_1:again:*', list: 'again' },
    { ...list, _id: 'r_1:popular:*', list: 'popular' },
  ]);
}

/** Makes a stored message of somebody. */
export function inboxRow(_id: string, state: 'new' | 'done' | 'dead') {
  const at = new Date();
  const sealed = { iv: '', data: '', tag: '' };
  const from = { channel: 'simulator', chatId: 'simulator:k', kind: 'text', text: 'hi', sealed, mask: '…77' };
  return { ...from, _id, at, receivedAt: at, seq: 1, state, attempts: 0 };
}
