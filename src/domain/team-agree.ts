import type { Deps } from './deps.ts';
import { once } from './once.ts';
import { orderById } from './order-find.ts';
import { factsOf } from './payment-facts.ts';
import { decideByTable } from './payment-table.ts';
import { countSeat } from './team-count.ts';
import { teamView } from './team-find.ts';
import { settleTeam } from './team-settle.ts';
import { MOST_TRIES, readTeam, seatOfOrder } from './team-store.ts';
import type { AgreeOutcome } from './team-types.ts';

/** Counts a cash-on-delivery seat after the shopper's explicit yes. */
export function agreeCod(deps: Deps, command: { commandId: string; orderId: string }): Promise<AgreeOutcome> {
  return once(deps, command.commandId, () => agree(deps, command.orderId));
}

async function agree(deps: Deps, orderId: string): Promise<AgreeOutcome> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const order = await orderById(orderId);
    const team = order?.teamId ? await readTeam(order.teamId) : null;
    const seat = team && seatOfOrder(team, orderId);
    if (!team || !seat) return { kind: 'gone' };
    const agreed = seat.method === 'cod' && (seat.state === 'agreed' || seat.state === 'confirmed');
    if (agreed) return agreedOutcome(deps, team._id);
    const event = { kind: 'agreed', provider: 'cod', amount: seat.due, currency: team.currency } as const;
    const now = deps.clock.now();
    const facts = await factsOf(deps, { event: { ...event, paidAt: now }, team, seat, refused: new Set() });
    if (decideByTable(facts).row.result.do !== 'agree') return { kind: 'gone' };
    if (await countSeat(deps, team, seat, { state: 'agreed' })) return agreedOutcome(deps, team._id);
  }
  throw new Error(`order ${orderId}: its team changes every time`);
}

async function agreedOutcome(deps: Deps, teamId: string): Promise<AgreeOutcome> {
  await settleTeam(deps, teamId);
  const team = await teamView(deps, teamId);
  return team ? { kind: 'agreed', team } : { kind: 'gone' };
}
