import { insertOnce, nativeCollection } from '#lib/mongo';
import { SeatClaim, type SeatClaimDoc } from '#models/seat-claim';
import type { TeamDoc } from '#models/team';
import type { Deps } from './deps.ts';
import { batchedInserts } from './row-batches.ts';
import { dropStock } from './stock.ts';
import { returnCredit } from './team-credit.ts';
import { derivedCode, isLive, readTeam, teams } from './team-store.ts';

/** Younger claims may belong to a join that is still on its way. Milliseconds of system time. */
const STALE_MS = 60_000;
const claims = () => nativeCollection(SeatClaim);

const insertClaim: (row: SeatClaimDoc) => Promise<boolean> = batchedInserts(claims);

/** Is a seat about to be taken. */
export interface Seating {
  readonly dealId: string;
  readonly customerId: string;
  readonly attempt: string;
  readonly teamId: string;
}

/** `held` says where she sits; her row is then another seating's. */
export type ClaimedSeat =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'held'; readonly attempt: string; readonly teamId: string };

/** Writes the row that keeps a customer from a second live seat of the deal. The same attempt again is claimed too. */
export async function claimSeat(deps: Deps, seating: Seating): Promise<ClaimedSeat> {
  const row: SeatClaimDoc = {
    ...seating,
    _id: `${seating.dealId}:${seating.customerId}`,
    seated: false,
    at: new Date(deps.clock.system()),
  };
  for (let tries = 0; tries < 5; tries++) {
    if (await insertClaim(row)) return { kind: 'claimed' };
    const there = (await claims().findOne({ _id: row._id })) as SeatClaimDoc | null;
    if (there?.attempt === seating.attempt) return { kind: 'claimed' };
    if (there && !(await dropIfOver(deps, there)))
      return { kind: 'held', attempt: there.attempt, teamId: there.teamId };
  }
  throw new Error('seat claims: a row could neither be written nor found');
}

/** Takes the row away after a refusal or once the seat is over. */
export async function dropClaim(dealId: string, customerId: string, attempt: string): Promise<void> {
  await claims().deleteOne({ _id: `${dealId}:${customerId}`, attempt });
}

/** Drops a row whose seat is over by now, with its events still to be settled, or can never come any more. */
async function dropIfOver(deps: Deps, claim: SeatClaimDoc): Promise<boolean> {
  const team = await readTeam(claim.teamId);
  if (team?.refused.includes(claim.attempt)) {
    await endClaim(deps, claim);
    return true;
  }
  const seat = [...(team?.seats ?? []), ...(team?.past ?? [])].find((one) => one.attempt === claim.attempt);
  if (!seat || isLive(seat)) return false;
  await dropClaim(claim.dealId, claim.customerId, claim.attempt);
  return true;
}

/**
 * Ends the seatings that stopped half-way: either the seat is in the team, and the row is marked, or the team
 * refuses the attempt for good before the row goes, so that a joiner who wakes up late gets nothing.
 */
export async function sweepClaims(deps: Deps): Promise<number> {
  const before = new Date(deps.clock.system() - STALE_MS);
  const stale = await claims()
    .find({ seated: false, at: { $lt: before } })
    .sort({ at: 1 })
    .limit(200)
    .toArray();
  for (const claim of stale as SeatClaimDoc[]) await endClaim(deps, claim);
  return stale.length;
}

async function endClaim(deps: Deps, claim: SeatClaimDoc): Promise<void> {
  if (!(await refuseAttempt(claim))) {
    await claims().updateOne({ _id: claim._id, attempt: claim.attempt }, { $set: { seated: true } });
    return;
  }
  const team = await readTeam(claim.teamId);
  if (team?.state === 'abandoned' && team.seats.length + team.past.length === 0)
    await dropStock(claim.dealId, claim.teamId);
  await returnCredit(deps, claim.customerId, claim.attempt);
  await dropClaim(claim.dealId, claim.customerId, claim.attempt);
}

/**
 * Makes a team refuse an attempt; false when the attempt has its seat. A team that does not exist yet is written as
 * one that never will.
 */
export async function refuseAttempt({ dealId, attempt, teamId }: Omit<Seating, 'customerId'>): Promise<boolean> {
  const filter = { _id: teamId, 'seats.attempt': { $ne: attempt }, 'past.attempt': { $ne: attempt } };
  const there = await teams().updateOne(filter, { $addToSet: { refused: attempt }, $inc: { rev: 1 } });
  if (there.matchedCount === 1) return true;
  if (await insertOnce(() => teams().insertOne({ ...neverTeam(dealId, teamId), refused: [attempt] }))) return true;
  const again = await teams().updateOne(filter, { $addToSet: { refused: attempt }, $inc: { rev: 1 } });
  return again.matchedCount === 1;
}

/** Stands where a team was about to be, so that it cannot come any more. */
function neverTeam(dealId: string, teamId: string): TeamDoc {
  const never = new Date(0);
  return {
    _id: teamId,
    code: derivedCode(teamId),
    dealId,
    productId: '',
    market: '',
    currency: '',
    kind: 'team',
    size: 0,
    unitPrice: 0,
    soloPrice: 0,
    ladder: [],
    unitsPerSeat: 0,
    unitsHeld: 0,
    maxUnitsPerCustomer: 0,
    newCustomersOnly: false,
    state: 'abandoned',
    seats: [],
    past: [],
    free: 0,
    counted: 0,
    codFree: 0,
    refused: [],
    refusedPayments: [],
    rev: 1,
    events: [],
    windowMs: 0,
    graceMs: 0,
    proofGraceMs: 0,
    dealEndsAt: never,
    createdAt: never,
    endedAt: never,
  };
}
