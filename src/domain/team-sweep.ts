import { clockAt } from '#lib/clock';
import { nativeCollection } from '#lib/mongo';
import { Deal } from '#models/deal';
import type { TeamDoc } from '#models/team';
import type { PaymentMethod } from '#ports/payment';
import { endDeals } from './deals.ts';
import type { Deps } from './deps.ts';
import { settleDeliveries } from './orders.ts';
import { decideLeftEvents, recordPaymentEvent } from './payment-record.ts';
import { remakeRefunds } from './refund-admit.ts';
import { settleOldRefunds } from './refunds.ts';
import { sweepClaims } from './seat-claims.ts';
import { returnStock } from './stock.ts';
import { expireTeam, expiryOf } from './team-expire.ts';
import { lapseOf, releaseLapsed } from './team-lapse.ts';
import { settleOldTeams, settleTeam } from './team-settle.ts';
import { readTeam, teams } from './team-store.ts';

/** Says from when on this process has been taking payments in; nothing expires before one grace has passed. */
export interface SweepOptions {
  readonly since?: Date;
}

/** Lists at most so many teams per look. */
const AT_ONCE = 200;
/** Looks so many times before it leaves the rest to the next sweep. */
const MOST_LOOKS = 50;

interface Due {
  readonly at: Date;
  readonly teamId: string;
  readonly graceMs: number;
  readonly what: 'lapse' | 'expire';
}

/**
 * Does everything that fell due, in the order of its own instants and each at its own: holds that ran out, teams past
 * their clock and grace, deals past their end. Also ends half-taken seats and gives forgotten stock back.
 */
export async function sweepTeams(deps: Deps, options: SweepOptions = {}): Promise<{ readonly done: number }> {
  await decideLeftEvents(deps);
  await settleOldTeams(deps);
  let done = 0;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const due = await dueThings(deps, options);
    if (due.length === 0) break;
    let moved = 0;
    for (const one of due) if (await doDue(deps, one)) moved += 1;
    done += moved;
    if (moved === 0) break;
  }
  done += await endDeals(deps.clock.now());
  done += await sweepClaims(deps);
  await sweepStock();
  return { done };
}

/** Derives whatever a crash left underived: of teams, payment events, refunds. */
export async function settleTeams(deps: Deps): Promise<{ readonly settled: number }> {
  const settled =
    (await settleOldTeams(deps)) +
    (await decideLeftEvents(deps)) +
    (await remakeRefunds(deps)) +
    (await settleOldRefunds(deps)) +
    (await settleDeliveries(deps));
  return { settled };
}

async function dueThings(deps: Deps, { since }: SweepOptions): Promise<Due[]> {
  const now = deps.clock.now();
  const [holds, clocks] = await Promise.all([
    teams()
      .find({ state: { $in: ['forming', 'open'] }, 'seats.holdUntil': { $lte: now } })
      .limit(AT_ONCE)
      .toArray(),
    teams()
      .find({ state: 'open', expiresAt: { $lte: now } })
      .sort({ expiresAt: 1 })
      .limit(AT_ONCE)
      .toArray(),
  ]);
  const claimed = await teams()
    .find({ state: 'forming', 'seats.state': 'claimed', 'seats.claimedAt': { $lte: now } })
    .limit(AT_ONCE)
    .toArray();
  const due = new Map<string, Due>();
  for (const team of [...holds, ...clocks, ...claimed] as TeamDoc[])
    for (const one of dueOf(team, now)) due.set(`${one.teamId}:${one.what}`, one);
  return [...due.values()].filter((one) => isAllowed(one, deps, since)).sort((a, b) => Number(a.at) - Number(b.at));
}

function dueOf(team: TeamDoc, now: Date): Due[] {
  const lapses = team.seats.flatMap((seat) => lapseOf(team, seat) ?? []).filter((at) => at <= now);
  const first = lapses.sort((a, b) => Number(a) - Number(b))[0];
  const expiry = expiryOf(team);
  const of = { teamId: team._id, graceMs: team.graceMs };
  return [
    ...(first ? [{ ...of, at: first, what: 'lapse' as const }] : []),
    ...(expiry && expiry <= now ? [{ ...of, at: expiry, what: 'expire' as const }] : []),
  ];
}

/** Lets nothing expire until providers had one grace to deliver what they could not while we were away. */
function isAllowed({ what, graceMs }: Due, deps: Deps, since: Date | undefined): boolean {
  if (what !== 'expire' || !since) return true;
  return deps.clock.now().getTime() - since.getTime() >= graceMs;
}

/** Does one due thing at its own instant; what was paid and is not decided yet comes first. */
async function doDue(deps: Deps, due: Due): Promise<boolean> {
  const then: Deps = { ...deps, clock: { ...clockAt(due.at), system: () => deps.clock.system() } };
  if (due.what === 'expire') await hearProviders(deps, due.teamId);
  const team = await readTeam(due.teamId);
  if (!team) return false;
  const changed = await (due.what === 'lapse' ? releaseLapsed(then, team) : expireTeam(then, team));
  if (changed) await settleTeam(then, team._id);
  return changed;
}

/** Takes in what is known of a team's payments: recorded and undecided, or not even delivered yet. */
async function hearProviders(deps: Deps, teamId: string): Promise<void> {
  const team = await readTeam(teamId);
  const waiting = (team?.seats ?? []).filter((seat) => seat.state === 'reserved' || seat.state === 'authorised');
  await decideLeftEvents(
    deps,
    [...(team?.seats ?? []), ...(team?.past ?? [])].map((seat) => seat.orderId),
  );
  for (const seat of waiting) {
    const known = (await deps.payments.get(seat.method as PaymentMethod)?.ask?.(seat.orderId)) ?? [];
    for (const event of known) await recordPaymentEvent(deps, event);
  }
}

/** Gives back what teams still hold although they are over; a crash between their end and the return left it. */
async function sweepStock(): Promise<void> {
  const holding = nativeCollection(Deal).find({ 'stock.holds.0': { $exists: true } }, { projection: { stock: 1 } });
  for await (const deal of holding) {
    const ids = deal.stock.holds.map((hold) => hold.teamId);
    const over = await teams()
      .find(
        {
          _id: { $in: ids },
          state: { $in: ['succeeded', 'expired', 'cancelled', 'abandoned'] },
          'events.0': { $exists: false },
        },
        { projection: { state: 1, seats: 1 } },
      )
      .toArray();
    for (const team of over as TeamDoc[]) {
      const hold = deal.stock.holds.find((one) => one.teamId === team._id);
      const sold = team.state === 'succeeded' ? team.seats.reduce((sum, seat) => sum + seat.units, 0) : 0;
      if (hold) await returnStock(deal._id, team._id, hold.units, sold);
    }
  }
}
