import { nativeCollection } from '#lib/mongo';
import type { OrderDoc } from '#models/order';
import { type PaymentEventDoc, PaymentEvent as PaymentEventModel } from '#models/payment-event';
import type { TeamDoc } from '#models/team';
import type { PaymentEvent } from '#ports/payment';
import type { Deps } from './deps.ts';
import { orderById } from './order-find.ts';
import { applyResult } from './payment-apply.ts';
import { factsOf } from './payment-facts.ts';
import { type Owner, paymentKeyOf, takeInMoney, writePayments } from './payment-money.ts';
import { decideByTable } from './payment-table.ts';
import { batchedInserts, batchedWrites } from './row-batches.ts';
import type { TeamCondition } from './team-conditions.ts';
import { settleOldTeams, settleTeam } from './team-settle.ts';
import { MOST_TRIES, readTeam, seatOfOrder } from './team-store.ts';

export type RecordedPayment = { readonly kind: 'recorded' | 'repeated'; readonly row: string };

/** What can happen to a payment only once, however often and under however many ids it is reported. */
const ONCE_PER_PAYMENT: readonly string[] = ['paid', 'failed', 'authorised', 'chargeback'];
/** Younger events are still being decided by whoever took them. Milliseconds of system time. */
const OLD_MS = 10_000;
const events = () => nativeCollection(PaymentEventModel);
const insertEvent: (row: PaymentEventDoc) => Promise<boolean> = batchedInserts(events);
const writeEvents = batchedWrites(events);

/** Records what a provider reported, then decides it by the payment table. Never throws for a business reason. */
export async function recordPaymentEvent(
  deps: Deps,
  event: PaymentEvent,
  leftOut?: TeamCondition,
): Promise<RecordedPayment> {
  const row = eventRow(deps, event);
  const [fresh, order] = await Promise.all([insertEvent(row), event.orderId ? orderById(event.orderId) : null]);
  if (fresh) return { kind: 'recorded', row: await decideEvent(deps, row, order, leftOut) };
  const first = await firstOf(row);
  if (first && !first.decided) await decideEvent(deps, first, order, leftOut);
  return { kind: 'repeated', row: 'already-recorded' };
}

async function firstOf(row: PaymentEventDoc): Promise<PaymentEventDoc | null> {
  const same = await events().findOne({ _id: row._id });
  return same ?? (row.once ? await events().findOne({ once: row.once }) : null);
}

function eventRow(deps: Deps, event: PaymentEvent): PaymentEventDoc {
  const { provider, eventId, paymentId, kind } = event;
  if (!Number.isSafeInteger(event.amount) || event.amount < 0)
    throw new Error(`payment event ${provider}:${eventId}: the amount must be whole minor units`);
  return {
    ...event,
    _id: `${provider}:${eventId}`,
    ...(ONCE_PER_PAYMENT.includes(kind) ? { once: `${provider}:${paymentId}:${kind}` } : {}),
    recordedAt: deps.clock.now(),
    storedAt: new Date(deps.clock.system()),
    decided: false,
  };
}

/** Decides a recorded event and carries the decision out; may be repeated until it is marked. Gives the row's name. */
async function decideEvent(
  deps: Deps,
  event: PaymentEventDoc,
  found: OrderDoc | null,
  leftOut?: TeamCondition,
): Promise<string> {
  const order = found ?? (await knownOrder(deps, event.orderId));
  const owner = order?.teamId ? { orderId: order._id, customerId: order.customerId } : null;
  const [team] = await Promise.all([
    order?.teamId ? readTeam(order.teamId) : null,
    event.kind === 'paid' ? takeInMoney(deps, event, owner) : undefined,
  ]);
  const name = await decideUntilDone(deps, event, owner, team, leftOut);
  await Promise.all([
    writeEvents([{ updateOne: { filter: { _id: event._id }, update: { $set: { decided: true, row: name } } } }]),
    event.kind === 'paid'
      ? writePayments([{ updateOne: { filter: { _id: paymentKeyOf(event) }, update: { $set: { row: name } } } }])
      : undefined,
  ]);
  return name;
}

/** Finds the order, deriving it first from a team whose events a crash left behind. */
async function knownOrder(deps: Deps, orderId: string | undefined): Promise<OrderDoc | null> {
  if (!orderId) return null;
  const order = await orderById(orderId);
  if (order) return order;
  await settleOldTeams(deps, 0);
  return orderById(orderId);
}

async function decideUntilDone(
  deps: Deps,
  event: PaymentEventDoc,
  owner: Owner | null,
  asRead: TeamDoc | null,
  leftOut?: TeamCondition,
): Promise<string> {
  const refused = new Set<'reseat' | 'spill'>();
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const team = tries === 0 ? asRead : await teamOfOrder(owner);
    const seat = team && owner ? seatOfOrder(team, owner.orderId) : null;
    if (event.kind === 'paid' && seat?.paymentKey === paymentKeyOf(event)) {
      if (team) await settleTeam(deps, team._id);
      return 'paid-in-time';
    }
    const facts = await factsOf(deps, { event: { ...event, kind: event.kind as never }, team, seat, refused });
    const { row, adding } = decideByTable(facts);
    const on = { event, owner, team, seat, ...(leftOut ? { leftOut } : {}) };
    for (const { result } of adding) await applyResult(deps, result, on);
    const applied = await applyResult(deps, row.result, on);
    if (applied === 'done') return row.name;
    if (applied === 'no-reseat') refused.add('reseat');
    if (applied === 'no-spill') refused.add('spill');
  }
  throw new Error(`payment event ${event._id}: its team changes every time`);
}

/** Reads the team an order is in by now. */
async function teamOfOrder(owner: Owner | null): Promise<TeamDoc | null> {
  const order = owner ? await orderById(owner.orderId) : null;
  return order?.teamId ? readTeam(order.teamId) : null;
}

/** Decides what a crash left undecided; with `orderIds` only those, whatever their age. */
export async function decideLeftEvents(deps: Deps, orderIds?: readonly string[]): Promise<number> {
  const which = orderIds
    ? { orderId: { $in: [...orderIds] } }
    : { storedAt: { $lte: new Date(deps.clock.system() - OLD_MS) } };
  const left = await events()
    .find({ decided: false, ...which })
    .limit(500)
    .toArray();
  for (const event of left as PaymentEventDoc[]) {
    try {
      await decideEvent(deps, event, null);
    } catch (error) {
      deps.log.error({ error, event: event._id }, 'a payment event could not be decided; it is tried again');
    }
  }
  return left.length;
}
