import { nativeCollection } from '#lib/mongo';
import { Command } from '#models/command';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { PaymentMethod } from '#ports/payment';
import type { Deps } from './deps.ts';
import { batchedInserts, batchedReads } from './row-batches.ts';
import { otherTeam } from './team-find.ts';
import type { JoinOutcome, Refusal, Reserved, SeatRequest } from './team-types.ts';

const readCommand = batchedReads(() => nativeCollection(Command));
const insertCommand = batchedInserts(() => nativeCollection(Command));

/** Reads what a command came to before; null on its first run. */
export async function firstOutcome(commandId: string): Promise<JoinOutcome | null> {
  const before = await readCommand(commandId);
  return (before?.outcome as JoinOutcome | undefined) ?? null;
}

/** Keeps what a command came to; a concurrent run that was first wins. One trip, where `once` takes three. */
export async function keepOutcome(deps: Deps, commandId: string, outcome: JoinOutcome): Promise<JoinOutcome> {
  const row = { _id: commandId, outcome, at: deps.clock.now() };
  if (await insertCommand(row)) return outcome;
  return (await firstOutcome(commandId)) ?? outcome;
}

/** Says what a taken seat means to the one who took it. */
export function reservedOutcome(team: TeamDoc, seat: TeamSeat): Reserved {
  return {
    kind: 'reserved',
    orderId: seat.orderId,
    orderCode: seat.orderCode,
    teamId: team._id,
    total: seat.total,
    credit: seat.credit,
    due: seat.due,
    currency: team.currency,
    holdUntil: seat.holdUntil ?? seat.reservedAt,
    refundBy: seat.refundBy,
    method: seat.method as PaymentMethod,
  };
}

/** Says why a team has no seat for a request, and what else there is; null when it has one. */
export async function whyNot(deps: Deps, team: TeamDoc, request: SeatRequest): Promise<Refusal | null> {
  const mine = team.seats.some((seat) => seat.customerId === request.customerId);
  if (mine) return { kind: 'already-in', teamId: team._id };
  const over = !team.expiresAt || team.expiresAt <= deps.clock.now();
  if (team.state !== 'open' || over) return { kind: 'closed', state: team.state, other: await otherTeam(deps, team) };
  if (request.expectPrice !== team.unitPrice) return { kind: 'price-changed', unitPrice: team.unitPrice };
  if (request.units > team.unitsPerSeat) return { kind: 'limit', max: team.unitsPerSeat };
  if (team.free <= 0) return { kind: 'full', other: await otherTeam(deps, team) };
  if (request.method === 'cod' && team.codFree <= 0) return { kind: 'cod-full' };
  return null;
}
