import type mongoose from 'mongoose';
import { localTime } from '#lib/local-time';
import type { OrderDoc, OrderState } from '#models/order';
import type { SeatState, TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { closingPrice } from './team-expire.ts';
import { isCounted } from './team-store.ts';

type OrderWrite = mongoose.mongo.AnyBulkWriteOperation<OrderDoc>;

/** Says what an order is by the state of its seat. */
export const ORDER_OF_SEAT = {
  reserved: 'placed',
  claimed: 'placed',
  authorised: 'placed',
  agreed: 'paid',
  paid: 'paid',
  confirmed: 'confirmed',
  released: 'released',
  'refund-pending': 'refund-pending',
  refunded: 'refunded',
  'refund-failed': 'refund-pending',
} as const satisfies { readonly [state in SeatState]: OrderState };

/** Writes an order from its seat: made if it is missing, otherwise only moved forward. */
export function orderWrites(deps: Deps, team: TeamDoc, seat: TeamSeat, at: Date, members: number): OrderWrite[] {
  const moved = movedFields(team, seat, at, members);
  const { _id, ...fresh } = orderRow(deps, team, seat);
  return [
    { updateOne: { filter: { _id }, update: { $setOnInsert: { ...fresh, ...moved } }, upsert: true } },
    { updateOne: { filter: { _id, seatRev: { $lt: seat.rev } }, update: { $set: moved } } },
  ];
}

function orderRow(deps: Deps, team: TeamDoc, seat: TeamSeat): OrderDoc {
  return {
    _id: seat.orderId,
    code: seat.orderCode,
    customerId: seat.customerId,
    source: 'chat',
    state: 'placed',
    lines: [{ productId: team.productId, quantity: seat.units, unitPrice: seat.unitPrice }],
    currency: team.currency,
    market: team.market,
    total: seat.total,
    credit: seat.credit,
    due: seat.due,
    placedAt: seat.reservedAt,
    localDay: localTime(seat.reservedAt, deps.rulesOf(team.market).zone).day,
    dealId: team.dealId,
    ...(seat.place ? { place: seat.place } : {}),
    ...(seat.sharerId ? { sharerId: seat.sharerId } : {}),
    fulfilment: { state: 'none' },
  };
}

/** Lists the fields that follow the seat. */
function movedFields(team: TeamDoc, seat: TeamSeat, at: Date, members: number): Partial<OrderDoc> {
  return {
    state: ORDER_OF_SEAT[seat.state],
    teamId: team._id,
    attempt: seat.attempt,
    method: seat.method,
    refundBy: seat.refundBy,
    seatRev: seat.rev,
    ...(seat.state === 'paid' || (isCounted(seat) && seat.countedAt) ? { paidAt: seat.countedAt ?? at } : {}),
    ...(seat.state === 'confirmed'
      ? { confirmedAt: at, paidAt: seat.countedAt ?? at, ...closingLine(team, seat, members) }
      : {}),
  };
}

/** Prices a purchase at the rung its team closed on. */
function closingLine(team: TeamDoc, seat: TeamSeat, members: number): Partial<OrderDoc> {
  const less = ladderDifference(team, seat, members);
  if (less === 0) return {};
  const unitPrice = closingPrice({ ladder: team.ladder, unitPrice: seat.unitPrice }, members);
  return {
    lines: [{ productId: team.productId, quantity: seat.units, unitPrice }],
    total: seat.total - less,
    due: seat.due - less,
  };
}

/** Tells what of a seat's money goes back because its team closed on a lower rung, in minor units. */
export function ladderDifference(team: TeamDoc, seat: TeamSeat, members: number): number {
  const unitPrice = closingPrice({ ladder: team.ladder, unitPrice: seat.unitPrice }, members);
  return Math.min(seat.due, (seat.unitPrice - unitPrice) * seat.units);
}
