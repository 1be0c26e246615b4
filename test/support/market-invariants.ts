import { proveLedger } from '#domain/ledger';
import { Deal } from '#models/deal';
import { Journal } from '#models/journal';
import { Payment } from '#models/payment';
import { SeatClaim } from '#models/seat-claim';
import { LIVE_SEATS, Team } from '#models/team';

const LIVE: readonly string[] = LIVE_SEATS;

/** Lists what is broken of I1, I2, I3, I4, I6, I9 and I11, as sentences; empty when all hold. `was` are teams seen before. */
export async function brokenInvariants(was: Map<string, string> = new Map()): Promise<string[]> {
  const [teams, deals, proof] = await Promise.all([Team.find().lean(), Deal.find().lean(), proveLedger()]);
  const broken: string[] = proof.problems.map((problem) => `I9 ${problem}`);
  const live = new Map<string, string>();
  for (const team of teams) {
    const counted = team.seats.filter((seat) => ['paid', 'agreed', 'confirmed'].includes(seat.state)).length;
    if (counted > team.size) broken.push(`I1 ${team._id}: ${counted} of ${team.size}`);
    if (team.seats.length > Math.max(team.size, 0)) broken.push(`I1 ${team._id}: ${team.seats.length} seats`);
    if (team.state === 'open' && team.counted !== counted)
      broken.push(`I1 ${team._id}: counter ${team.counted}/${counted}`);
    if (['open', 'forming'].includes(team.state) && team.free !== team.size - team.seats.length)
      broken.push(`I1 ${team._id}: free ${team.free}`);
    for (const seat of team.seats.filter((one) => LIVE.includes(one.state))) {
      const key = `${team.dealId}:${seat.customerId}`;
      if (live.has(key)) broken.push(`I2 ${key} sits in ${live.get(key)} and ${team._id}`);
      live.set(key, team._id);
    }
    if (was.get(team._id) === 'succeeded' && team.state !== 'succeeded') broken.push(`I4 ${team._id}: ${team.state}`);
    was.set(team._id, team.state);
    const leads = team.seats.some((seat) => seat.customerId === team.leaderId);
    if (['open', 'forming'].includes(team.state) && !leads) broken.push(`I11 ${team._id}: no leader among its members`);
  }
  for (const { _id, stock } of deals) {
    const held = stock.holds.reduce((sum, hold) => sum + hold.units, 0);
    if (stock.free < 0 || stock.free + held + stock.sold !== stock.total)
      broken.push(`I6 ${_id}: ${stock.free} free, ${held} held, ${stock.sold} sold of ${stock.total}`);
  }
  return [...broken, ...(await brokenMoney())];
}

/** Holds the ledger against the payments: what was captured is held, the merchant's, due, refunded or in suspense. */
async function brokenMoney(): Promise<string[]> {
  const [payments, journals] = await Promise.all([Payment.find().lean(), Journal.find().lean()]);
  const broken: string[] = [];
  for (const payment of payments.filter((one) => one.state === 'captured')) {
    if (payment.refunded > payment.captured) broken.push(`I3 ${payment._id}: refunded more than captured`);
    const first = journals.find(
      (row) => /^(captured|captured-unknown|collected)$/.test(row.kind) && row.paymentKey === payment._id,
    );
    if (payment.captured > 0 && !first) broken.push(`I3 ${payment._id}: captured and not in the ledger`);
  }
  const sums = new Map<string, number>();
  for (const { entries } of journals)
    for (const { account, amount } of entries) sums.set(account, (sums.get(account) ?? 0) + amount);
  for (const [account, sum] of sums)
    if (account.startsWith('customer:') && sum < 0) broken.push(`I3 ${account} is ${sum}`);
  return broken;
}

/** Lists what is not at rest once everything was swept and settled: I7 and left-over rows. */
export async function restless(now: Date): Promise<string[]> {
  const [teams, claims] = await Promise.all([Team.find().lean(), SeatClaim.find().lean()]);
  const broken: string[] = [];
  for (const team of teams) {
    if (team.events.length > 0)
      broken.push(`${team._id}: ${team.events.map((event) => event.key).join(', ')} unsettled`);
    const end = team.expiresAt ? team.expiresAt.getTime() + team.proofGraceMs : 0;
    if (team.state === 'open' && end < now.getTime()) broken.push(`I7 ${team._id} is past its clock`);
  }
  for (const claim of claims) {
    const team = teams.find((one) => one._id === claim.teamId);
    const seat = team?.seats.find((one) => one.attempt === claim.attempt);
    if (!seat || !LIVE.includes(seat.state)) broken.push(`claim ${claim._id} without a live seat`);
  }
  for (const team of teams)
    for (const seat of team.seats.filter((one) => LIVE.includes(one.state)))
      if (!claims.some((claim) => claim.attempt === seat.attempt)) broken.push(`seat ${seat.attempt} without a claim`);
  return broken;
}
