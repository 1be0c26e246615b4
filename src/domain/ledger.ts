import { isDuplicateKey, nativeCollection } from '#lib/mongo';
import { Journal, type JournalDoc, type JournalEntry } from '#models/journal';
import type { Deps } from './deps.ts';
import { batchedInserts } from './row-batches.ts';

export { type MoneyLine, moneyOf } from './ledger-lines.ts';
export { proveLedger } from './ledger-proof.ts';

/** Is a booking to be made. `floor` names accounts that may not go below zero by it. */
export interface NewJournal {
  readonly id: string;
  readonly kind: string;
  readonly currency: string;
  readonly entries: readonly JournalEntry[];
  readonly floor?: readonly string[];
  readonly orderId?: string;
  readonly customerId?: string;
  readonly paymentKey?: string;
  readonly refundId?: string;
  readonly note?: string;
}

/** `short`: an account with a floor would have gone below zero; nothing was booked. */
export type Posted = { readonly kind: 'posted' } | { readonly kind: 'repeated' } | { readonly kind: 'short' };

const journals = () => nativeCollection(Journal);

/** Tries a guarded booking this often before it says that something is wrong. */
const MOST_CLASHES = 50;

/** Books a journal once; the same id again changes nothing. Throws when it does not balance. */
export async function postJournal(deps: Deps, journal: NewJournal): Promise<Posted> {
  const row = rowOf(deps, journal);
  if (row.entries.length === 0) return { kind: 'posted' };
  const floor = journal.floor ?? [];
  for (let clashes = 0; clashes < MOST_CLASHES; clashes++) {
    const guards: string[] = [];
    for (const account of floor) {
      const { balance, next } = await standOf(account, journal.currency, journal.id);
      if (balance === 'booked') return { kind: 'repeated' };
      if (balance + sumOf(row.entries, account) < 0) return { kind: 'short' };
      guards.push(`${account}:${journal.currency}:${next}`);
    }
    const posted = await insertJournal(guards.length > 0 ? { ...row, guards } : row);
    if (posted) return posted;
  }
  throw new Error(`ledger: others win every time for "${journal.id}"`);
}

/** Books journals that need no floor, all in one trip; those that are booked already stay as they are. */
export async function postJournals(deps: Deps, all: readonly NewJournal[]): Promise<void> {
  const rows = all.map((journal) => rowOf(deps, journal)).filter((row) => row.entries.length > 0);
  await Promise.all(rows.map((row) => bookRow(row)));
}

const bookRow = batchedInserts(journals);

/** Sums an account, in minor units. */
export async function balanceOf(account: string, currency: string): Promise<number> {
  const rows = await journals()
    .aggregate<{ sum: number }>([
      { $match: { 'entries.account': account, currency } },
      { $unwind: '$entries' },
      { $match: { 'entries.account': account } },
      { $group: { _id: null, sum: { $sum: '$entries.amount' } } },
    ])
    .toArray();
  return rows[0]?.sum ?? 0;
}

/** Reads an account and the number its next guarded journal must carry, both from one look at its journals. */
async function standOf(
  account: string,
  currency: string,
  id: string,
): Promise<{ balance: number | 'booked'; next: number }> {
  const rows = await journals().find({ 'entries.account': account, currency }).toArray();
  if (rows.some((row) => row._id === id)) return { balance: 'booked', next: 0 };
  const mine = `${account}:${currency}:`;
  return {
    balance: rows.reduce((sum, row) => sum + sumOf(row.entries, account), 0),
    next: rows.filter((row) => row.guards?.some((guard) => guard.startsWith(mine))).length + 1,
  };
}

/** Says null when another journal took the guard's number meanwhile. */
async function insertJournal(row: JournalDoc): Promise<Posted | null> {
  try {
    await journals().insertOne(row);
    return { kind: 'posted' };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return (await journals().findOne({ _id: row._id }, { projection: { _id: 1 } })) ? { kind: 'repeated' } : null;
  }
}

function rowOf(deps: Deps, { id, floor: _floor, entries, ...rest }: NewJournal): JournalDoc {
  const sum = entries.reduce((total, entry) => total + entry.amount, 0);
  if (sum !== 0 || entries.some((entry) => !Number.isSafeInteger(entry.amount)))
    throw new Error(`ledger: "${id}" does not balance in whole minor units`);
  return { ...rest, _id: id, at: deps.clock.now(), entries: entries.filter((entry) => entry.amount !== 0) };
}

function sumOf(entries: readonly JournalEntry[], account: string): number {
  return entries.reduce((sum, entry) => (entry.account === account ? sum + entry.amount : sum), 0);
}
