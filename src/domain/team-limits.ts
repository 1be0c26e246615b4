import { nativeCollection } from '#lib/mongo';
import { Team, type TeamDoc, type TeamSeat } from '#models/team';
import { isNewCustomer } from './customers.ts';
import { isLive } from './team-store.ts';
import type { Refusal, SeatRequest } from './team-types.ts';

/** Is the part of a deal or team that says who may take how much. */
export interface Limits {
  readonly dealId: string;
  readonly maxUnitsPerCustomer: number;
  readonly newCustomersOnly: boolean;
}

/**
 * Says why a customer may not take (so many of) it; null when she may. Called with her seat claim held, so that
 * nothing she does elsewhere can change the answer before her seat is taken.
 */
export async function overLimit(limits: Limits, request: SeatRequest, attempt: string): Promise<Refusal | null> {
  const [taken, fresh] = await Promise.all([
    unitsTaken(request.customerId, limits.dealId, attempt),
    limits.newCustomersOnly ? isNewCustomer(request.customerId) : true,
  ]);
  if (!fresh) return { kind: 'new-only' };
  const max = Math.max(0, limits.maxUnitsPerCustomer - taken);
  return request.units > max ? { kind: 'limit', max } : null;
}

/** Sums the units of a customer's live and successful seats of a deal, this attempt's left out. */
async function unitsTaken(customerId: string, dealId: string, attempt: string): Promise<number> {
  const found = await nativeCollection(Team)
    .find({ 'seats.customerId': customerId, dealId }, { projection: { seats: 1 } })
    .toArray();
  const mine = (seat: TeamSeat) => seat.customerId === customerId && seat.attempt !== attempt;
  return (found as TeamDoc[])
    .flatMap((team) => team.seats)
    .filter((seat) => mine(seat) && (isLive(seat) || seat.state === 'confirmed'))
    .reduce((sum, seat) => sum + seat.units, 0);
}
