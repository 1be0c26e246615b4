import type { PaymentEventDoc } from '#models/payment-event';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import type { PaymentFacts } from './payment-table.ts';
import { canSpill } from './team-spill.ts';

/** Is what was found out about an event before it is decided. `refused` names ways that were tried in vain. */
export interface PaymentCase {
  readonly event: Pick<PaymentEventDoc, 'provider' | 'amount' | 'currency' | 'paidAt' | 'payer'> & {
    readonly kind: PaymentFacts['event'];
  };
  readonly team: TeamDoc | null;
  readonly seat: TeamSeat | null;
  readonly refused: ReadonlySet<'reseat' | 'spill'>;
}

/** Finds the facts the payment table asks for. */
export async function factsOf(deps: Deps, { event, team, seat, refused }: PaymentCase): Promise<PaymentFacts> {
  const now = deps.clock.now();
  const end = team ? (team.expiresAt ?? team.dealEndsAt) : null;
  const seatFree =
    team !== null &&
    seat !== null &&
    team.free > 0 &&
    !refused.has('reseat') &&
    !team.seats.some((other) => other.customerId === seat.customerId);
  const asksToLead = team !== null && seat?.state === 'released' && seat.spill === 'lead' && !seatFree;
  return {
    event: event.kind,
    repeated: false,
    seat: seat?.state ?? 'unknown',
    team: team?.state ?? 'none',
    cod: seat?.method === 'cod',
    amountRight: seat !== null && event.amount === seat.due && event.currency === team?.currency,
    clock: end !== null && end <= now ? 'over' : 'running',
    inTime: end !== null && event.paidAt < end,
    seatFree,
    spill: await spillFact(deps, asksToLead && !refused.has('spill') ? team : null, seat),
    thirdParty: event.payer !== undefined && event.payer !== seat?.customerId,
  };
}

async function spillFact(deps: Deps, team: TeamDoc | null, seat: TeamSeat | null): Promise<PaymentFacts['spill']> {
  if (seat?.spill !== 'lead') return 'refund';
  return team && (await canSpill(deps, team)) ? 'lead' : 'impossible';
}
