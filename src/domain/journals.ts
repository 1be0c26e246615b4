import type { NewJournal } from './ledger.ts';

/**
 * Says which movements each money event makes. `cash` counts what the outside gave, so it is negative while the
 * money is here; every other account is positive while something is owed to, or owned by, its name.
 */
export const JOURNAL_TABLE = {
  captured: [{ from: 'cash', to: 'held', amount: 'money' }],
  'captured-unknown': [{ from: 'cash', to: 'suspense', amount: 'money' }],
  matched: [{ from: 'suspense', to: 'held', amount: 'money' }],
  'credit-taken': [{ from: 'credit', to: 'held', amount: 'credit' }],
  'credit-returned': [{ from: 'held', to: 'credit', amount: 'credit' }],
  'credit-refunded': [{ from: 'merchant', to: 'credit', amount: 'credit' }],
  confirmed: [
    { from: 'held', to: 'merchant', amount: 'money' },
    { from: 'held', to: 'merchant', amount: 'credit' },
  ],
  collected: [{ from: 'cash', to: 'merchant', amount: 'money' }],
  'refund-admitted': [{ from: 'held', to: 'refund-due', amount: 'money' }],
  'refund-admitted-merchant': [{ from: 'merchant', to: 'refund-due', amount: 'money' }],
  'refund-done': [{ from: 'refund-due', to: 'cash', amount: 'money' }],
  'refund-reversed': [{ from: 'cash', to: 'refund-due', amount: 'money' }],
  chargeback: [{ from: 'merchant', to: 'cash', amount: 'money' }],
  'chargeback-cover': [{ from: 'held', to: 'merchant', amount: 'money' }],
} as const satisfies { readonly [event: string]: readonly Movement[] };
export type JournalKind = keyof typeof JOURNAL_TABLE;

type Place = 'cash' | 'held' | 'refund-due' | 'credit' | 'merchant' | 'suspense';
interface Movement {
  readonly from: Place;
  readonly to: Place;
  readonly amount: 'money' | 'credit';
}

/** Is what a journal is about; `name` makes its id `<kind>:<name>`. Amounts in minor units. */
export interface JournalFacts {
  readonly name: string;
  readonly currency: string;
  readonly money?: number;
  readonly credit?: number;
  readonly provider?: string;
  readonly customerId?: string;
  readonly orderId?: string;
  readonly paymentKey?: string;
  readonly refundId?: string;
}

/** Names a customer's account. */
export function customerAccount(customerId: string, place: 'held' | 'refund-due' | 'credit'): string {
  return `customer:${customerId}:${place}`;
}

/** Builds the journal of a money event from the table. */
export function journalOf(kind: JournalKind, facts: JournalFacts): NewJournal {
  const movements: readonly Movement[] = JOURNAL_TABLE[kind];
  const entries = movements.flatMap(({ from, to, amount }) => [
    { account: accountOf(from, facts), amount: -(facts[amount] ?? 0) },
    { account: accountOf(to, facts), amount: facts[amount] ?? 0 },
  ]);
  const { name, money: _money, credit: _credit, provider: _provider, ...about } = facts;
  const floor = kind === 'credit-taken' ? [accountOf('credit', facts)] : [];
  return { ...about, id: `${kind}:${name}`, kind, entries, floor };
}

function accountOf(place: Place, { customerId, provider }: JournalFacts): string {
  if (place === 'merchant' || place === 'suspense') return place;
  if (place === 'cash') return `cash:${need(provider, 'provider')}`;
  return customerAccount(need(customerId, 'customerId'), place);
}

function need(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`journal: ${name} is missing`);
  return value;
}
