import { Customer, type CustomerDoc } from '#models/customer';
import { Reward } from '#models/reward';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';
import { maskedName } from './person-labels.ts';

/** Is one place of a leaderboard: who, masked, and how many friends' orders have settled. */
export interface Rank {
  readonly rank: number;
  readonly name: string;
  readonly friends: number;
  readonly own: boolean;
}

export interface Leaderboard {
  readonly top: readonly Rank[];
  /** The customer's own place with two above and two below; empty when she has none. */
  readonly around: readonly Rank[];
  readonly people: number;
}

interface Score {
  readonly _id: string;
  readonly friends: number;
  readonly reached: Date;
}

/**
 * Ranks inviters by the friends whose rewards were released in the last `days` days and are not taken back, in one
 * pin code or everywhere. Equal numbers rank by who reached them first.
 */
export async function leaderboard(
  deps: Deps,
  { days, pinCode, customerId }: { readonly days: number; readonly pinCode?: string; readonly customerId?: string },
): Promise<Leaderboard> {
  const scores = await scoresSince(new Date(deps.clock.now().getTime() - days * 86_400_000));
  const people = await peopleOf(scores, pinCode);
  const own = customerId ? (await customerById(customerId))?._id : undefined;
  const ranks = scores
    .filter((score) => people.has(score._id))
    .map((score, i) => ({
      rank: i + 1,
      name: maskedName(people.get(score._id) ?? null),
      friends: score.friends,
      own: score._id === own,
    }));
  const at = ranks.findIndex((rank) => rank.own);
  return {
    top: ranks.slice(0, 5),
    around: at < 0 ? [] : ranks.slice(Math.max(0, at - 2), at + 3),
    people: ranks.length,
  };
}

async function scoresSince(since: Date): Promise<Score[]> {
  return Reward.aggregate<Score>([
    {
      $match: {
        side: 'inviter',
        state: { $in: ['available', 'paid-out'] },
        availableAt: { $gte: since },
        clawedBackAt: { $exists: false },
      },
    },
    { $group: { _id: '$customerId', friends: { $sum: 1 }, reached: { $max: '$availableAt' } } },
    { $sort: { friends: -1, reached: 1, _id: 1 } },
  ]);
}

async function peopleOf(scores: readonly Score[], pinCode: string | undefined): Promise<Map<string, CustomerDoc>> {
  const rows = await Customer.find({
    _id: { $in: scores.map((score) => score._id) },
    'erasure.done': { $exists: false },
    ...(pinCode ? { 'place.pinCode': pinCode } : {}),
  }).lean<CustomerDoc[]>();
  return new Map(rows.map((row) => [row._id, row]));
}
