import type { ProductDoc } from '#models/product';
import type { TeamDoc, TeamEvent, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { journalOf } from './journals.ts';
import * as notices from './notices.ts';
import { ladderDifference, orderWrites } from './order-row.ts';
import { type Derived, seatLog } from './team-derived.ts';
import { closingPrice } from './team-expire.ts';

/** Is what rows need to know beside the team and the event. */
export interface RowFacts {
  readonly product: Pick<ProductDoc, 'names'>;
  /** Masked names by customer. */
  readonly nameOf: (customerId: string) => string;
  readonly shareOf: (customerId: string) => notices.Share;
}

/** Adds the rows that follow from one event. Nothing here reads or writes. */
export function addRows(deps: Deps, rows: Derived, team: TeamDoc, event: TeamEvent, facts: RowFacts): void {
  const { seat } = event;
  const told = new Telling(rows, team, event, facts);
  const seats = event.seats ?? [];
  if (seat) SEAT_ROWS[event.kind]?.(deps, rows, team, event, seat, told);
  else if (event.kind === 'succeeded') addSucceeded(deps, rows, team, event, seats, told);
  else addEnded(deps, rows, team, event, seats, told);
}

type AddRows = (deps: Deps, rows: Derived, team: TeamDoc, event: TeamEvent, seat: TeamSeat, told: Telling) => void;

/** Says what follows from what happens to one seat; whole-team events carry no single seat. */
const SEAT_ROWS: { readonly [kind in TeamEvent['kind']]: AddRows | null } = {
  reserved: (deps, rows, team, event, seat) => addReserved(deps, rows, team, event, seat),
  claimed: (deps, rows, team, event, seat) => addOrder(deps, rows, team, event, seat),
  authorised: (deps, rows, team, event, seat) => addOrder(deps, rows, team, event, seat),
  counted: (...of) => addCounted(...of),
  opened: (_deps, _rows, _team, _event, seat, told) => told.opened(seat),
  'leader-changed': (_deps, _rows, _team, _event, seat, told) => told.leads(seat),
  released: (...of) => addOver(...of),
  left: (...of) => addOver(...of),
  refunded: (deps, rows, team, event, seat) => addTakenBack(deps, rows, team, event, seat),
  succeeded: null,
  expired: null,
  cancelled: null,
  abandoned: null,
};

/** Tells people about one event of a team. */
class Telling {
  readonly facts: notices.TeamFacts;
  readonly #rows: Derived;
  readonly #team: TeamDoc;
  readonly #event: TeamEvent;
  readonly #row: RowFacts;

  constructor(rows: Derived, team: TeamDoc, event: TeamEvent, row: RowFacts) {
    this.#rows = rows;
    this.#team = team;
    this.#event = event;
    this.#row = row;
    this.facts = {
      product: row.product.names,
      code: team.code,
      size: team.size,
      missing: team.free,
      unitPrice: team.unitPrice,
      currency: team.currency,
      ...(team.expiresAt ? { until: team.expiresAt } : {}),
    };
  }

  to(seat: TeamSeat, what: string, replies: ReturnType<typeof notices.seatReleased>): void {
    const key = `${what}:${this.#team._id}:${this.#event.key}`;
    this.#rows.messages.push(notices.noticeTo(seat.customerId, key, this.#event.at, replies));
  }

  opened(seat: TeamSeat): void {
    if (this.#team.size === 1) return;
    const share = this.#row.shareOf(seat.customerId);
    const replies = this.#event.spilled
      ? notices.spilledOver(this.facts, share)
      : notices.teamOpened(this.facts, share);
    this.to(seat, this.#event.spilled ? 'spilled-over' : 'team-opened', replies);
  }

  leads(seat: TeamSeat): void {
    const share = this.#row.shareOf(seat.customerId);
    this.to(seat, 'leader-changed', notices.leaderChanged(this.facts, share));
  }

  /** Thanks the one who paid, unless a better notice says it too, and tells the others. */
  counted(seat: TeamSeat): void {
    const { events, seats, leaderId } = this.#team;
    const succeeds = events.some(({ kind, at }) => kind === 'succeeded' && at.getTime() === this.#event.at.getTime());
    if (succeeds) return;
    const opens = events.some(({ kind, seat: other }) => kind === 'opened' && other?.attempt === seat.attempt);
    if (!opens && seat.state === 'paid' && leaderId !== seat.customerId) {
      const paid = { amount: seat.due, currency: this.#team.currency };
      this.to(seat, 'payment-received', notices.paymentReceived(this.facts, paid, seat.orderCode));
    }
    for (const other of seats)
      if (other.countedAt && other.customerId !== seat.customerId)
        this.to(other, 'friend-joined', notices.friendJoined(this.facts, this.#row.nameOf(seat.customerId)));
  }
}

function addOrder(deps: Deps, rows: Derived, team: TeamDoc, event: TeamEvent, seat: TeamSeat, members = 0): void {
  rows.orders.push(...orderWrites(deps, team, seat, event.at, members));
}

function addReserved(deps: Deps, rows: Derived, team: TeamDoc, event: TeamEvent, seat: TeamSeat): void {
  addOrder(deps, rows, team, event, seat);
  rows.interactions.push(seatLog(team, event, seat, 'join'));
  markSeated(rows, team, seat);
}

function addCounted(deps: Deps, rows: Derived, team: TeamDoc, event: TeamEvent, seat: TeamSeat, told: Telling): void {
  addOrder(deps, rows, team, event, seat);
  rows.interactions.push(seatLog(team, event, seat, 'pay'));
  markSeated(rows, team, seat);
  told.counted(seat);
  if (team.kind === 'team') rows.hooks.push({ hook: 'paid', orderId: seat.orderId });
}

function addSucceeded(
  deps: Deps,
  rows: Derived,
  team: TeamDoc,
  event: TeamEvent,
  all: readonly TeamSeat[],
  told: Telling,
): void {
  const members = all.filter((seat) => seat.state === 'confirmed');
  for (const seat of members) {
    addOrder(deps, rows, team, event, seat, members.length);
    rows.interactions.push(seatLog(team, event, seat, 'confirm'));
    rows.journals.push(journalOf('confirmed', { ...moneyFacts(team, seat), name: seat.orderId }));
    rows.hooks.push({ hook: 'confirmed', orderId: seat.orderId });
    dropClaimOf(rows, team, seat);
    addLadder(rows, team, event, seat, members.length);
    tellSuccess(team, seat, members.length, told);
  }
  for (const seat of all.filter((one) => one.state === 'released')) addOver(deps, rows, team, event, seat, told);
  rows.stock = { held: team.unitsHeld, sold: members.reduce((sum, seat) => sum + seat.units, 0) };
}

function tellSuccess(team: TeamDoc, seat: TeamSeat, members: number, told: Telling): void {
  const unitPrice = closingPrice({ ladder: team.ladder, unitPrice: seat.unitPrice }, members);
  const total = { amount: seat.total - ladderDifference(team, seat, members), currency: team.currency };
  const facts = { ...told.facts, missing: 0, unitPrice };
  if (team.size === 1) told.to(seat, 'solo-bought', notices.soloBought(facts, seat.orderCode, total));
  else told.to(seat, 'team-succeeded', notices.teamSucceeded(facts, seat.orderCode, total));
}

function addLadder(rows: Derived, team: TeamDoc, event: TeamEvent, seat: TeamSeat, members: number): void {
  const amount = ladderDifference(team, seat, members);
  if (amount === 0 || !seat.paymentKey) return;
  const wish = { paymentKey: seat.paymentKey, scope: 'ladder', from: 'merchant', reason: 'ladder', amount } as const;
  rows.refunds.push({ ...wish, at: event.at });
}

/** Adds what follows for every seat when a team ends without success. */
function addEnded(
  deps: Deps,
  rows: Derived,
  team: TeamDoc,
  event: TeamEvent,
  seats: readonly TeamSeat[],
  told: Telling,
): void {
  for (const seat of seats) addOver(deps, rows, team, event, seat, told);
  rows.stock = { held: team.unitsHeld, sold: 0 };
}

const REASON_OF_END = { expired: 'team-expired', cancelled: 'team-cancelled' } as const;

/** Adds what follows when a seat is over: its order, its claim, its credit, its money, and a word about it. */
function addOver(deps: Deps, rows: Derived, team: TeamDoc, event: TeamEvent, seat: TeamSeat, told: Telling): void {
  addOrder(deps, rows, team, event, seat);
  dropClaimOf(rows, team, seat);
  if (seat.credit > 0) rows.creditBack.push(seat);
  const paid = seat.state === 'refund-pending';
  if (paid && seat.paymentKey) {
    const reason = event.kind === 'left' ? 'left' : REASON_OF_END[event.kind as keyof typeof REASON_OF_END];
    const wish = { paymentKey: seat.paymentKey, scope: 'seat', from: 'held', at: event.at } as const;
    rows.refunds.push({ ...wish, reason: reason ?? 'operator' });
  }
  if (seat.countedAt) rows.hooks.push({ hook: 'refunded', orderId: seat.orderId });
  rows.interactions.push(seatLog(team, event, seat, 'leave'));
  tellOver(event, seat, told);
}

function tellOver(event: TeamEvent, seat: TeamSeat, told: Telling): void {
  const { facts } = told;
  if (event.kind === 'left' || event.reason === 'cancelled') return;
  if (event.kind === 'expired' && seat.countedAt)
    told.to(seat, 'team-expired', notices.teamExpired(facts, seat.orderCode));
  else if (event.kind === 'cancelled') told.to(seat, 'team-cancelled', notices.teamCancelled(facts, seat.orderCode));
  else told.to(seat, 'seat-released', notices.seatReleased(facts, seat.orderCode));
}

/** Adds what follows when one purchase is taken back after success. */
function addTakenBack(deps: Deps, rows: Derived, team: TeamDoc, event: TeamEvent, seat: TeamSeat): void {
  addOrder(deps, rows, team, event, seat);
  rows.orders.push({
    updateOne: {
      filter: { _id: seat.orderId, 'fulfilment.state': 'delivered' },
      update: { $set: { 'fulfilment.state': 'returned', 'fulfilment.returnedAt': event.at } },
    },
  });
  rows.hooks.push({ hook: 'refunded', orderId: seat.orderId });
  rows.interactions.push(seatLog(team, event, seat, 'refund'));
  if (seat.credit > 0)
    rows.journals.push(journalOf('credit-refunded', { ...moneyFacts(team, seat), name: seat.orderId }));
  if (seat.state !== 'refund-pending' || !seat.paymentKey) return;
  const wish = { paymentKey: seat.paymentKey, scope: 'seat', from: 'merchant', at: event.at } as const;
  rows.refunds.push({ ...wish, reason: 'operator' });
}

function moneyFacts(team: TeamDoc, seat: TeamSeat) {
  const { customerId, orderId, credit } = seat;
  const paid = seat.paymentKey !== undefined && seat.method !== 'cod';
  return { currency: team.currency, customerId, orderId, credit, money: paid ? seat.due : 0 };
}

function markSeated(rows: Derived, team: TeamDoc, seat: TeamSeat): void {
  const filter = { _id: `${team.dealId}:${seat.customerId}`, attempt: seat.attempt };
  rows.claims.push({ updateOne: { filter, update: { $set: { seated: true } } } });
}

function dropClaimOf(rows: Derived, team: TeamDoc, seat: TeamSeat): void {
  rows.claims.push({ deleteOne: { filter: { _id: `${team.dealId}:${seat.customerId}`, attempt: seat.attempt } } });
}
