import type mongoose from 'mongoose';
import { nativeCollection } from '#lib/mongo';
import type { InteractionDoc, InteractionKind } from '#models/interaction';
import { Order, type OrderDoc } from '#models/order';
import { SeatClaim, type SeatClaimDoc } from '#models/seat-claim';
import type { TeamDoc, TeamEvent, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';
import { type NewJournal, postJournals } from './ledger.ts';
import { enqueueMessages, type NewMessage } from './outbox.ts';
import { admitRefund, type RefundWish } from './refund-admit.ts';
import { onOrderConfirmed, onOrderPaid, onOrderRefunded } from './rewards.ts';
import { batchedWrites } from './row-batches.ts';
import { returnStock } from './stock.ts';
import { returnCredit } from './team-credit.ts';

/** Gathers every row that follows from a team's events, to be written in few trips. All ids are derived. */
export interface Derived {
  readonly orders: mongoose.mongo.AnyBulkWriteOperation<OrderDoc>[];
  readonly claims: mongoose.mongo.AnyBulkWriteOperation<SeatClaimDoc>[];
  readonly journals: NewJournal[];
  readonly messages: NewMessage[];
  readonly interactions: InteractionDoc[];
  readonly creditBack: TeamSeat[];
  readonly refunds: RefundWish[];
  readonly hooks: { readonly hook: 'paid' | 'confirmed' | 'refunded'; readonly orderId: string }[];
  stock: { readonly held: number; readonly sold: number } | null;
}

const writeOrders = batchedWrites(() => nativeCollection(Order));
const writeClaims = batchedWrites(() => nativeCollection(SeatClaim));

/** Starts with no rows. */
export function noRows(): Derived {
  return {
    orders: [],
    claims: [],
    journals: [],
    messages: [],
    interactions: [],
    creditBack: [],
    refunds: [],
    hooks: [],
    stock: null,
  };
}

/** Writes all rows; may run any number of times. Orders come before refunds, which move them on. */
export async function writeDerived(deps: Deps, team: TeamDoc, rows: Derived): Promise<void> {
  const { stock } = rows;
  await Promise.all([
    writeOrders(rows.orders),
    writeClaims(rows.claims),
    postJournals(deps, rows.journals),
    logInteractions(rows.interactions),
    enqueueMessages(rows.messages),
    stock ? returnStock(team.dealId, team._id, stock.held, stock.sold) : undefined,
    ...rows.creditBack.map((seat) => returnCredit(deps, seat.customerId, seat.attempt)),
  ]);
  await Promise.all(rows.refunds.map((wish) => admitRefund(deps, wish)));
  if (rows.hooks.length > 0) await runHooks(deps, rows.hooks);
}

const HOOKS = { paid: onOrderPaid, confirmed: onOrderConfirmed, refunded: onOrderRefunded } as const;

async function runHooks(deps: Deps, hooks: Derived['hooks']): Promise<void> {
  const ids = [...new Set(hooks.map(({ orderId }) => orderId))];
  const orders = await nativeCollection(Order)
    .find({ _id: { $in: ids } })
    .toArray();
  const byId = new Map(orders.map((order) => [order._id, order as OrderDoc]));
  await Promise.all(ids.map((id) => runHooksOf(deps, byId.get(id), hooks)));
}

/** Runs the hooks of one order in their order; a purchase says everything that its payment would have said. */
async function runHooksOf(deps: Deps, order: OrderDoc | undefined, hooks: Derived['hooks']): Promise<void> {
  if (!order) return;
  const mine = hooks.filter(({ orderId }) => orderId === order._id).map(({ hook }) => hook);
  const needed = mine.includes('confirmed') ? mine.filter((hook) => hook !== 'paid') : mine;
  for (const hook of needed) await HOOKS[hook](deps, order);
}

/** Makes the log row of something that happened to a seat. */
export function seatLog(team: TeamDoc, event: TeamEvent, seat: TeamSeat, kind: InteractionKind): InteractionDoc {
  return {
    _id: `${kind}:${seat.orderId}:${seat.rev}`,
    customerId: seat.customerId,
    kind,
    at: event.at,
    dealId: team.dealId,
    productId: team.productId,
    orderId: seat.orderId,
    teamId: team._id,
    amount: seat.total,
    currency: team.currency,
    data: { units: seat.units, method: seat.method, ...(event.reason ? { reason: event.reason } : {}) },
  };
}
