import { nativeCollection } from '#lib/mongo';
import { Deal } from '#models/deal';

const deals = () => nativeCollection(Deal);

/**
 * Takes units for a team out of a deal's free stock, once per team. False when there are not enough.
 * The deal must be live and not past its end.
 */
export async function holdStock(dealId: string, teamId: string, units: number, now: Date): Promise<boolean> {
  const { modifiedCount } = await deals().updateOne(
    {
      _id: dealId,
      state: 'live',
      endsAt: { $gt: now },
      'stock.free': { $gte: units },
      'stock.holds.teamId': { $ne: teamId },
    },
    { $inc: { 'stock.free': -units }, $push: { 'stock.holds': { teamId, units } } },
  );
  return modifiedCount === 1 || holdsStock(dealId, teamId);
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

async function holdsStock(dealId: string, teamId: string): Promise<boolean> {
  const found = await deals().findOne({ _id: dealId, 'stock.holds.teamId': teamId }, { projection: { _id: 1 } });
  return found !== null;
}
