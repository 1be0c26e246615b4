import type { DealDoc } from '#models/deal';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { refundPromise } from './team-promise.ts';
import { derivedCode, seatEvent } from './team-store.ts';
import type { SeatRequest } from './team-types.ts';

/** Is what names a seat that is about to be taken. */
export interface SeatNames {
  readonly attempt: string;
  readonly orderId: string;
}

/** Is the part of a team a new seat depends on. */
export type SeatTerms = Pick<
  TeamDoc,
  'unitPrice' | 'windowMs' | 'graceMs' | 'proofGraceMs' | 'dealEndsAt' | 'expiresAt' | 'market'
>;

/** Builds a seat, reserved until its hold ends. */
export function newSeat(
  deps: Deps,
  terms: SeatTerms,
  request: SeatRequest,
  names: SeatNames,
  credit: number,
): TeamSeat {
  const now = deps.clock.now();
  const total = terms.unitPrice * request.units;
  const holdUntil = holdEnd(deps, terms, now);
  const { expiresAt, ...rest } = terms;
  return {
    ...names,
    customerId: request.customerId,
    orderCode: derivedCode('order', names.orderId),
    rev: 1,
    state: 'reserved',
    units: request.units,
    unitPrice: terms.unitPrice,
    total,
    credit,
    due: total - credit,
    method: request.method,
    spill: request.spill,
    ...(request.sharerId ? { sharerId: request.sharerId } : {}),
    ...(request.place ? { place: request.place } : {}),
    reservedAt: now,
    holdUntil,
    refundBy: refundPromise(deps, { ...rest, method: request.method, holdUntil, ...(expiresAt ? { expiresAt } : {}) }),
  };
}

/** Ends a hold by the market's rule, never after the team's clock or the deal's end. */
function holdEnd(deps: Deps, terms: SeatTerms, now: Date): Date {
  const hold = now.getTime() + deps.rulesOf(terms.market).holdMs;
  return new Date(Math.min(hold, (terms.expiresAt ?? terms.dealEndsAt).getTime()));
}

/** Builds a team that waits for its leader's money, with her seat in it. */
export function newTeam(
  deps: Deps,
  deal: DealDoc,
  request: SeatRequest & { kind: 'solo' | 'team' },
  ids: SeatNames & { teamId: string },
  credit: number,
): TeamDoc {
  const { teamId, ...names } = ids;
  const shape = teamShape(deps, deal, request.kind, request.units);
  const seat = newSeat(deps, { ...shape, dealEndsAt: deal.endsAt, market: deal.market }, request, names, credit);
  return {
    ...shape,
    _id: teamId,
    code: derivedCode(teamId),
    dealId: deal._id,
    productId: deal.productId,
    market: deal.market,
    currency: deal.currency,
    kind: request.kind,
    ...(request.place ? { pinCode: request.place.pinCode } : {}),
    leaderId: request.customerId,
    state: 'forming',
    seats: [seat],
    past: [],
    free: shape.size - 1,
    counted: 0,
    codFree: codSeats(shape.size) - (request.method === 'cod' ? 1 : 0),
    refused: [],
    refusedPayments: [],
    rev: 1,
    events: [seatEvent(deps, 'reserved', seat)],
    dealEndsAt: deal.endsAt,
    createdAt: deps.clock.now(),
  };
}

/** Freezes what a team takes over from its deal. */
export function teamShape(deps: Deps, deal: DealDoc, kind: 'solo' | 'team', units: number) {
  const rules = deps.rulesOf(deal.market);
  const solo = kind === 'solo';
  const size = solo ? 1 : deal.size;
  const unitsPerSeat = solo ? units : deal.unitsPerSeat;
  return {
    size,
    unitPrice: priceOf(deal, kind),
    soloPrice: deal.soloPrice,
    ladder: solo ? [] : deal.ladder,
    unitsPerSeat,
    unitsHeld: size * unitsPerSeat,
    maxUnitsPerCustomer: deal.maxUnitsPerCustomer,
    newCustomersOnly: deal.newCustomersOnly,
    windowMs: deal.windowMs,
    graceMs: rules.graceMs,
    proofGraceMs: rules.proofGraceMs,
  };
}

/** Tells the price per unit a seat is charged: alone, in a team, or the highest rung of a ladder. */
export function priceOf(deal: Pick<DealDoc, 'soloPrice' | 'teamPrice' | 'ladder'>, kind: 'solo' | 'team'): number {
  if (kind === 'solo') return deal.soloPrice;
  return deal.ladder.length > 0 ? Math.max(...deal.ladder.map((rung) => rung.unitPrice)) : deal.teamPrice;
}

/** Tells how many seats of a team may be cash on delivery; somebody who buys alone needs no other's money. */
export function codSeats(size: number): number {
  return size === 1 ? 1 : Math.floor(size / 2);
}
