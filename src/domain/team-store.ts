import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import { nativeCollection } from '#lib/mongo';
import { derivedId } from '#lib/random';
import { COUNTED_SEATS, LIVE_SEATS, Team, type TeamDoc, type TeamEvent, type TeamSeat } from '#models/team';
import { makeCode } from './codes.ts';
import type { Deps } from './deps.ts';
import { batchedInserts, batchedReads, batchedWrites } from './row-batches.ts';

/** Gives the driver's collection of teams. */
export const teams = () => nativeCollection(Team);

/** A guarded change that keeps losing this often means that something is broken. */
export const MOST_TRIES = 40;

/** Reads a team by its id; null when there is none. What comes back may be shared and is not to be changed. */
export const readTeam: (teamId: string) => Promise<TeamDoc | null> = batchedReads(teams);

/** Makes changes of teams that hold in any order, such as taking settled events away. */
export const writeTeams = batchedWrites(teams);

/** Writes a new team; false when it was there already. */
export const insertTeam: (team: TeamDoc) => Promise<boolean> = batchedInserts(teams);

/** Makes one guarded change of a team; false when the guard did not hold. */
export async function changeTeam(filter: object, update: mongoose.mongo.UpdateFilter<TeamDoc>): Promise<boolean> {
  const { $inc = {}, ...rest } = update as { $inc?: object };
  const { modifiedCount } = await teams().updateOne(filter, { ...rest, $inc: { ...$inc, rev: 1 } } as never);
  return modifiedCount === 1;
}

/** Makes the event of one seat. */
export function seatEvent(deps: Deps, kind: TeamEvent['kind'], seat: TeamSeat, extra: Partial<TeamEvent> = {}) {
  return eventOf(deps, `${kind}:${seat.orderId}:${seat.rev}`, kind, { seat, ...extra });
}

/** Makes the event of a whole team. */
export function teamEvent(deps: Deps, kind: TeamEvent['kind'], seats: TeamSeat[], extra: Partial<TeamEvent> = {}) {
  return eventOf(deps, kind, kind, { seats, ...extra });
}

function eventOf(deps: Deps, key: string, kind: TeamEvent['kind'], extra: Partial<TeamEvent>): TeamEvent {
  return { key, kind, at: deps.clock.now(), pushedAt: new Date(deps.clock.system()), ...extra };
}

/** Tells whether a seat is somebody's. */
export function isLive(seat: TeamSeat): boolean {
  return (LIVE_SEATS as readonly string[]).includes(seat.state);
}

/** Tells whether a seat brings its team nearer to success. */
export function isCounted(seat: TeamSeat): boolean {
  return (COUNTED_SEATS as readonly string[]).includes(seat.state);
}

/** Finds the seat of an order: the one she sits on, or else the latest she had. */
export function seatOfOrder(team: TeamDoc, orderId: string): TeamSeat | null {
  const sitting = team.seats.find((seat) => seat.orderId === orderId);
  if (sitting) return sitting;
  const had = team.past.filter((seat) => seat.orderId === orderId).sort((a, b) => b.rev - a.rev);
  return had[0] ?? null;
}

/** Matches the one seat a change believes in. */
export function believed(seat: TeamSeat): { $elemMatch: object } {
  return { $elemMatch: { attempt: seat.attempt, state: seat.state, rev: seat.rev } };
}

/** Makes a code from an id, always the same. */
export function derivedCode(...parts: readonly string[]): string {
  let draws = 0;
  const bytes = (size: number) => {
    draws += 1;
    return createHash('sha256')
      .update(`${parts.join('\u0000')}|${draws}`)
      .digest()
      .subarray(0, size);
  };
  return makeCode({ bytes, unit: () => 0 });
}

/** Is what a command makes: always the same order, and per try a seating and (for a start) a team of their own. */
export interface CommandIds {
  readonly teamId: string;
  readonly attempt: string;
  readonly orderId: string;
}

/** Names everything a command makes, so that doing it again makes the same. */
export function idsOfCommand(commandId: string, tries = 1): CommandIds {
  return {
    teamId: derivedId('t', commandId, String(tries)),
    attempt: derivedId('a', commandId, String(tries)),
    orderId: derivedId('o', commandId),
  };
}

/** A command cut off and swept more often than this is refused like anybody who comes too late. */
export const MOST_ATTEMPTS = 5;

/**
 * Names the seating for the next try of a command: one that was cut off and swept away is refused for good, so the
 * command goes on under another.
 */
export function nextAttempt(commandId: string, refused: readonly string[]): string {
  for (let tries = 1; tries < MOST_ATTEMPTS; tries++) {
    const { attempt } = idsOfCommand(commandId, tries);
    if (!refused.includes(attempt)) return attempt;
  }
  return idsOfCommand(commandId, MOST_ATTEMPTS).attempt;
}
