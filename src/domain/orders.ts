import { nativeCollection } from '#lib/mongo';
import { Order, type OrderDoc } from '#models/order';
import { Payment } from '#models/payment';
import { Product } from '#models/product';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';
import { journalOf } from './journals.ts';
import { postJournals } from './ledger.ts';
import { noticeTo, orderDelivered } from './notices.ts';
import { orderById } from './order-find.ts';
import { enqueueMessages } from './outbox.ts';
import { returnWindowEnds } from './return-window.ts';
import { onOrderDelivered } from './rewards.ts';
import { releasedSeat } from './team-lapse.ts';
import { settleTeam } from './team-settle.ts';
import { believed, changeTeam, MOST_TRIES, readTeam, seatEvent } from './team-store.ts';

export { orderByCode, orderById, ordersOf } from './order-find.ts';
export { returnWindowEnds } from './return-window.ts';

const orders = () => nativeCollection(Order);

export type DeliverOutcome =
  | { readonly kind: 'delivered'; readonly order: OrderDoc }
  | { readonly kind: 'not-confirmed' }
  | { readonly kind: 'unknown' };

/** Marks an order as handed over, which starts its return window; again it only makes what may be missing. */
export async function markDelivered(deps: Deps, what: { orderId: string; actor: string }): Promise<DeliverOutcome> {
  await orders().updateOne(
    { _id: what.orderId, state: 'confirmed', 'fulfilment.state': { $in: ['none', 'packed'] } },
    { $set: { 'fulfilment.state': 'delivered', 'fulfilment.deliveredAt': deps.clock.now(), unsettled: true } },
  );
  const order = await orderById(what.orderId);
  if (!order) return { kind: 'unknown' };
  if (order.fulfilment.state !== 'delivered') return { kind: 'not-confirmed' };
  await deriveDelivery(deps, order);
  return { kind: 'delivered', order };
}

/** Derives what a crash left out of deliveries. */
export async function settleDeliveries(deps: Deps): Promise<number> {
  const left = await orders().find({ unsettled: true }).limit(500).toArray();
  for (const order of left) await deriveDelivery(deps, order as OrderDoc);
  return left.length;
}

async function deriveDelivery(deps: Deps, order: OrderDoc): Promise<void> {
  const at = order.fulfilment.deliveredAt ?? deps.clock.now();
  const productId = order.lines[0]?.productId ?? '';
  const product = await nativeCollection(Product).findOne({ _id: productId });
  const until = returnWindowEnds(order, product?.category ?? '', deps.rulesOf(order.market)) ?? at;
  const told = orderDelivered({ product: product?.names ?? { en: productId }, code: order.code, until });
  const { _id: orderId, customerId, currency, due: amount } = order;
  await Promise.all([
    order.method === 'cod' ? collectCash(deps, order, at) : undefined,
    enqueueMessages([noticeTo(customerId, `order-delivered:${orderId}`, at, told)]),
    logInteractions([
      { _id: `deliver:${orderId}`, customerId, kind: 'deliver', at, orderId, productId, amount, currency },
    ]),
  ]);
  await onOrderDelivered(deps, order);
  await orders().updateOne({ _id: orderId, unsettled: true }, { $unset: { unsettled: '' } });
}

/** Books the cash that was handed over, and keeps it as a payment, so that it can go back. */
async function collectCash(deps: Deps, order: OrderDoc, at: Date): Promise<void> {
  const { _id: orderId, customerId, currency, due } = order;
  const key = `cod:${orderId}`;
  const payment = {
    provider: 'cod',
    reference: orderId,
    orderId,
    customerId,
    state: 'captured' as const,
    captured: due,
    refunded: 0,
    currency,
    thirdParty: false,
    paidAt: at,
    createdAt: at,
    refunds: [],
  };
  await Promise.all([
    nativeCollection(Payment).updateOne({ _id: key }, { $setOnInsert: payment }, { upsert: true }),
    postJournals(deps, [
      journalOf('collected', {
        name: key,
        provider: 'cod',
        orderId,
        customerId,
        currency,
        money: due,
        paymentKey: key,
      }),
    ]),
  ]);
}

export type RefundOrderOutcome =
  | { readonly kind: 'refunding'; readonly amount: number }
  | { readonly kind: 'released' }
  | { readonly kind: 'not-refundable' }
  | { readonly kind: 'unknown' };

/** Takes a purchase back: its money goes home, or, where cash was not collected yet, the seat is released. */
export async function refundOrder(
  deps: Deps,
  what: { orderId: string; actor: string; reason: string },
): Promise<RefundOrderOutcome> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const order = await orderById(what.orderId);
    if (!order) return { kind: 'unknown' };
    const team = order.teamId ? await readTeam(order.teamId) : null;
    const seat = team?.seats.find((one) => one.orderId === order._id);
    if (team?.state !== 'succeeded' || !seat) return { kind: 'not-refundable' };
    if (seat.state === 'refund-pending') return { kind: 'refunding', amount: order.due };
    if (seat.state !== 'confirmed') return { kind: 'not-refundable' };
    const next = takenBack(seat, order);
    if (!(await takeBack(deps, team, seat, next, what.reason))) continue;
    await settleTeam(deps, team._id);
    return next.state === 'released' ? { kind: 'released' } : { kind: 'refunding', amount: order.due };
  }
  throw new Error(`order ${what.orderId}: its team changes every time`);
}

function takeBack(deps: Deps, team: TeamDoc, seat: TeamSeat, next: TeamSeat, reason: string): Promise<boolean> {
  return changeTeam({ _id: team._id, state: 'succeeded', seats: believed(seat) }, {
    $set: { 'seats.$': next },
    $push: { events: seatEvent(deps, 'refunded', next, { reason }) },
  } as never);
}

/** Cash that was collected goes back as its own payment; cash that was not is nobody's. */
function takenBack(seat: TeamSeat, order: OrderDoc): TeamSeat {
  const cash = seat.method === 'cod' && !seat.paymentKey;
  if (cash && order.fulfilment.state !== 'delivered') return releasedSeat(seat);
  const paymentKey = cash ? `cod:${order._id}` : seat.paymentKey;
  return { ...seat, state: 'refund-pending', rev: seat.rev + 1, ...(paymentKey ? { paymentKey } : {}) };
}
