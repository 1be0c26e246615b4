import { microBatch } from '#lib/micro-batch';
import { nativeCollection } from '#lib/mongo';
import { Deal } from '#models/deal';

const deals = () => nativeCollection(Deal);

interface Hold {
  readonly dealId: string;
  readonly teamId: string;
  readonly units: number;
  readonly now: Date;
}

const holdTogether = microBatch<Hold, boolean>({ maxDelayMs: 1, maxSize: 100, run: holdAll });

/**
 * Takes units for a team out of a deal's free stock, once per team. False when there are not enough.
 * The deal must be live and not past its end. Teams of a hot deal that start together take theirs in one update.
 */
export function holdStock(dealId: string, teamId: string, units: number, now: Date): Promise<boolean> {
  return holdTogether({ dealId, teamId, units, now });
}

async function holdAll(wishes: Hold[]): Promise<boolean[]> {
  const answers = new Map<Hold, boolean>();
  for (const together of byDeal(wishes)) {
    const all = together.length > 1 && (await holdOnce(together));
    for (const wish of together) answers.set(wish, all || (await holdOnce([wish])) || (await holdsStock(wish)));
  }
  return wishes.map((wish) => answers.get(wish) === true);
}

function byDeal(wishes: readonly Hold[]): Hold[][] {
  const ids = [...new Set(wishes.map(({ dealId }) => dealId))];
  return ids.map((id) => wishes.filter(({ dealId }) => dealId === id));
}

/** Takes the units of several teams of one deal in one update, or of none. */
async function holdOnce(wishes: readonly Hold[]): Promise<boolean> {
  const units = wishes.reduce((sum, wish) => sum + wish.units, 0);
  const latest = new Date(Math.max(...wishes.map(({ now }) => now.getTime())));
  const teamIds = wishes.map(({ teamId }) => teamId);
  if (new Set(teamIds).size < teamIds.length) return false;
  const { modifiedCount } = await deals().updateOne(
    {
      _id: wishes[0]?.dealId ?? '',
      state: 'live',
      endsAt: { $gt: latest },
      'stock.free': { $gte: units },
      'stock.holds.teamId': { $nin: teamIds },
    },
    {
      $inc: { 'stock.free': -units },
      $push: { 'stock.holds': { $each: wishes.map((wish) => ({ teamId: wish.teamId, units: wish.units })) } },
    },
  );
  return modifiedCount === 1;
}

/** Tells why stock could not be taken just now: the deal takes no teams any more, or there is not enough. */
export async function whyNoStock(dealId: string, now: Date): Promise<'deal-over' | 'sold-out'> {
  const runs = { _id: dealId, state: 'live' as const, endsAt: { $gt: now } };
  return (await deals().findOne(runs, { projection: { _id: 1 } })) ? 'sold-out' : 'deal-over';
}

/** Ends a team's hold once: `sold` units are gone, the rest of what it held is free again. */
export async function returnStock(dealId: string, teamId: string, held: number, sold: number): Promise<void> {
  await deals().updateOne(
    { _id: dealId, 'stock.holds': { $elemMatch: { teamId, units: held } } },
    { $inc: { 'stock.free': held - sold, 'stock.sold': sold }, $pull: { 'stock.holds': { teamId } } },
  );
}

/** Ends a team's hold whatever it was, for a team that never came to be. */
export async function dropStock(dealId: string, teamId: string): Promise<void> {
  const deal = await deals().findOne({ _id: dealId, 'stock.holds.teamId': teamId }, { projection: { stock: 1 } });
  const hold = deal?.stock.holds.find((one) => one.teamId === teamId);
  if (hold) await returnStock(dealId, teamId, hold.units, 0);
}

async function holdsStock({ dealId, teamId }: Hold): Promise<boolean> {
  const found = await deals().findOne({ _id: dealId, 'stock.holds.teamId': teamId }, { projection: { _id: 1 } });
  return found !== null;
}
