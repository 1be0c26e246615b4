import { clockAt } from '#lib/clock';
import type { TeamDoc, TeamEvent, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { guardedBy, type TeamCondition } from './team-conditions.ts';
import { believed, changeTeam, isCounted, seatEvent, teamEvent } from './team-store.ts';

/** Is what makes a seat count: money that arrived, or a yes to cash on delivery. */
export interface CountedBy {
  readonly state: 'paid' | 'agreed';
  readonly paymentKey?: string;
  /** The provider the money came through, where it is not the one she chose. */
  readonly method?: string;
  /** Takes a free seat again under this new attempt. */
  readonly reseat?: string;
}

/**
 * Counts a seat in one update, and decides success in it when it is the last one. False when the team was not, or no
 * longer, as it was read.
 */
export async function countSeat(
  given: Deps,
  team: TeamDoc,
  seat: TeamSeat,
  by: CountedBy,
  leftOut?: TeamCondition,
): Promise<boolean> {
  const deps = atOneInstant(given);
  const counted = countedSeat(deps, seat, by);
  if (team.counted === team.size - 1) return countLast(deps, team, seat, counted, by, leftOut);
  const opens = team.state === 'forming' && team.leaderId === seat.customerId;
  const events = [seatEvent(deps, 'counted', counted), ...(opens ? [seatEvent(deps, 'opened', { ...counted })] : [])];
  const filter = {
    ...seatGuard(team, seat, by, leftOut),
    state: opens ? 'forming' : 'open',
    ...guardedBy({ 'one-missing': { counted: { $lt: team.size - 1 } } }, leftOut),
  };
  const clock = opens ? openingClock(deps, team) : {};
  if (by.reseat)
    return changeTeam(filter, {
      $push: { seats: counted as never, events: { $each: events } as never },
      $inc: { counted: 1, free: -1 },
    });
  return changeTeam(filter, {
    $set: { ...clock, 'seats.$': counted } as never,
    $push: { events: { $each: events } } as never,
    $inc: { counted: 1 },
  });
}

/** Stops business time: all events of one update happen at one instant, by which they are known to belong together. */
function atOneInstant(deps: Deps): Deps {
  return { ...deps, clock: { ...clockAt(deps.clock.now()), system: () => deps.clock.system() } };
}

/** Counts the last seat: all counted seats are confirmed and the team has succeeded, in the same update. */
function countLast(
  deps: Deps,
  team: TeamDoc,
  seat: TeamSeat,
  counted: TeamSeat,
  by: CountedBy,
  leftOut?: TeamCondition,
): Promise<boolean> {
  const others = team.seats.filter((one) => one.orderId !== seat.orderId);
  const seats = [...others, counted].map(confirmedSeat);
  const events: TeamEvent[] = [seatEvent(deps, 'counted', counted), teamEvent(deps, 'succeeded', seats)];
  const filter = {
    ...seatGuard(team, seat, by, leftOut),
    state: team.state,
    ...guardedBy({ 'one-missing': { counted: team.size - 1 }, rev: { rev: team.rev } }, leftOut),
  };
  const clock = team.state === 'forming' ? openingClock(deps, team) : {};
  return changeTeam(filter, {
    $set: { ...clock, state: 'succeeded', seats, counted: seats.length, free: 0, endedAt: deps.clock.now() },
    $push: { events: { $each: events } } as never,
  });
}

/** Makes of a counted seat a purchase; any other seat stays what it is. */
export function confirmedSeat(seat: TeamSeat): TeamSeat {
  return isCounted(seat) ? { ...seat, state: 'confirmed', rev: seat.rev + 1 } : seat;
}

function seatGuard(team: TeamDoc, seat: TeamSeat, by: CountedBy, leftOut?: TeamCondition): Record<string, unknown> {
  const refusedPayments = by.paymentKey ? { refusedPayments: { $ne: by.paymentKey } } : {};
  if (!by.reseat)
    return { _id: team._id, ...refusedPayments, seats: leftOut === 'seat-believed' ? named(seat) : believed(seat) };
  return {
    _id: team._id,
    ...refusedPayments,
    ...guardedBy(
      {
        'seat-free': { free: { $gt: 0 } },
        'not-in': { 'seats.customerId': { $ne: seat.customerId } },
        'not-refused': { refused: { $ne: by.reseat } },
      },
      leftOut,
    ),
  };
}

/** Finds a seat without asking what state it is in; only for the race test that shows the damage. */
function named(seat: TeamSeat): object {
  return { $elemMatch: { attempt: seat.attempt } };
}

function countedSeat(deps: Deps, seat: TeamSeat, by: CountedBy): TeamSeat {
  const { holdUntil: _hold, ...rest } = seat;
  return {
    ...rest,
    state: by.state,
    rev: seat.rev + 1,
    countedAt: deps.clock.now(),
    ...(by.paymentKey ? { paymentKey: by.paymentKey } : {}),
    ...(by.method ? { method: by.method } : {}),
    ...(by.reseat ? { attempt: by.reseat } : {}),
  };
}

/** Starts the clock: the window from now, but never past the deal's end. */
function openingClock(deps: Deps, team: TeamDoc): { openedAt: Date; expiresAt: Date } & { state: 'open' } {
  const now = deps.clock.now();
  const ends = Math.min(now.getTime() + team.windowMs, team.dealEndsAt.getTime());
  return { state: 'open', openedAt: now, expiresAt: new Date(ends) };
}
