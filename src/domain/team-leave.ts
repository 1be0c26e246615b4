import { Order } from '#models/order';
import type { TeamDoc, TeamSeat } from '#models/team';
import type { Deps } from './deps.ts';
import { once } from './once.ts';
import { endTeam } from './team-expire.ts';
import { releasedSeat } from './team-lapse.ts';
import { refundReaches } from './team-promise.ts';
import { settleTeam } from './team-settle.ts';
import { changeTeam, isCounted, MOST_TRIES, readTeam, seatEvent } from './team-store.ts';
import type { LeaveOutcome } from './team-types.ts';

/** Gives up a seat while the team is forming or open; what was paid comes back. */
export function leaveTeam(
  deps: Deps,
  command: { commandId: string; customerId: string; teamId: string },
): Promise<LeaveOutcome> {
  return once(deps, command.commandId, () => leave(deps, command.customerId, command.teamId));
}

export type CancelOutcome = { readonly kind: 'cancelled' | 'too-late' | 'gone' };

/** Gives up a seat nobody has paid for. */
export function cancelOrder(deps: Deps, command: { commandId: string; orderId: string }): Promise<CancelOutcome> {
  return once(deps, command.commandId, async (): Promise<CancelOutcome> => {
    const order = await Order.findById(command.orderId, { customerId: 1, teamId: 1 }).lean();
    const team = order?.teamId ? await readTeam(order.teamId) : null;
    const seat = team?.seats.find((one) => one.orderId === command.orderId);
    if (!order || !team || !seat) return { kind: 'gone' };
    if (seat.state !== 'reserved' && seat.state !== 'agreed') return { kind: 'too-late' };
    const left = await leave(deps, order.customerId, team._id, ['reserved', 'agreed']);
    return { kind: left.kind === 'left' ? 'cancelled' : left.kind === 'not-in' ? 'gone' : 'too-late' };
  });
}

async function leave(
  deps: Deps,
  customerId: string,
  teamId: string,
  only?: readonly TeamSeat['state'][],
): Promise<LeaveOutcome> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const team = await readTeam(teamId);
    const seat = team?.seats.find((one) => one.customerId === customerId);
    if (!team || !seat) return leftBefore(deps, team, customerId);
    if (team.state !== 'forming' && team.state !== 'open') return { kind: 'too-late' };
    if (only && !only.includes(seat.state)) return { kind: 'too-late' };
    if (!(await takeOut(deps, team, seat))) continue;
    await settleTeam(deps, teamId);
    return { kind: 'left', refund: refundOf(deps, team, seat) };
  }
  throw new Error(`team ${teamId}: others change it every time`);
}

/** Answers a repeated command whose first run got as far as the seat but not to its answer. */
function leftBefore(deps: Deps, team: TeamDoc | null, customerId: string): LeaveOutcome {
  const seat = team?.past.findLast((one) => one.customerId === customerId && one.state === 'refund-pending');
  return team && seat ? { kind: 'left', refund: refundOf(deps, team, { ...seat, state: 'paid' }) } : { kind: 'not-in' };
}

/** Takes a seat out in one update, with the hand-over or the end of the team that follows from it. */
function takeOut(deps: Deps, team: TeamDoc, seat: TeamSeat): Promise<boolean> {
  const others = team.seats.filter((one) => one.attempt !== seat.attempt);
  const leads = team.leaderId === seat.customerId;
  const heir = leads ? earliestCounted(others) : null;
  if (leads && !heir) return endTeam(deps, team, 'cancelled', 'leader-left');
  const gone =
    seat.state === 'paid' ? { ...seat, state: 'refund-pending' as const, rev: seat.rev + 1 } : releasedSeat(seat);
  const events = [
    seatEvent(deps, 'left', gone, { reason: 'left' }),
    ...(heir ? [seatEvent(deps, 'leader-changed', heir)] : []),
  ];
  return changeTeam(
    { _id: team._id, rev: team.rev, state: team.state },
    {
      $set: { seats: others, ...(heir ? { leaderId: heir.customerId } : {}) },
      $push: { past: gone, events: { $each: events } } as never,
      $inc: { free: 1, counted: isCounted(seat) ? -1 : 0, codFree: seat.method === 'cod' ? 1 : 0 },
    },
  );
}

function earliestCounted(seats: readonly TeamSeat[]): TeamSeat | null {
  const counted = seats.filter((seat) => isCounted(seat) && seat.countedAt);
  return counted.sort((a, b) => Number(a.countedAt) - Number(b.countedAt))[0] ?? null;
}

function refundOf(deps: Deps, team: TeamDoc, seat: TeamSeat) {
  if (seat.state !== 'paid' || seat.due === 0) return null;
  return { amount: seat.due, currency: team.currency, by: refundReaches(deps, seat.method, deps.clock.now()) };
}
