import { nativeCollection } from '#lib/mongo';
import { Journal } from '#models/journal';

export interface LedgerProof {
  readonly ok: boolean;
  /** What all entries of a currency come to; 0 when the ledger is right. */
  readonly byCurrency: { readonly [currency: string]: number };
  readonly problems: readonly string[];
}

/** Proves that every journal and every currency adds up to zero. */
export async function proveLedger(): Promise<LedgerProof> {
  const [sums, crooked] = await Promise.all([sumsByCurrency(), crookedJournals()]);
  const byCurrency = Object.fromEntries(sums.map((row) => [row._id, row.sum]));
  const problems = [
    ...sums.filter((row) => row.sum !== 0).map((row) => `${row._id} adds up to ${row.sum}`),
    ...crooked.map((row) => `journal ${row._id} adds up to ${row.sum}`),
  ];
  return { ok: problems.length === 0, byCurrency, problems };
}

interface Sum {
  readonly _id: string;
  readonly sum: number;
}

function sumsByCurrency(): Promise<Sum[]> {
  return nativeCollection(Journal)
    .aggregate<Sum>([
      { $unwind: '$entries' },
      { $group: { _id: '$currency', sum: { $sum: '$entries.amount' } } },
      { $sort: { _id: 1 } },
    ])
    .toArray();
}

function crookedJournals(): Promise<Sum[]> {
  return nativeCollection(Journal)
    .aggregate<Sum>([
      { $unwind: '$entries' },
      { $group: { _id: '$_id', sum: { $sum: '$entries.amount' } } },
      { $match: { sum: { $ne: 0 } } },
      { $limit: 20 },
    ])
    .toArray();
}
