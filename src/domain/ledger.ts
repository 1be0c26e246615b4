import type { JournalEntry } from '#models/journal';
import type { Deps } from './deps.ts';

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

/** Says where a customer's money is. */
export interface MoneyLine {
  readonly where: 'held' | 'refund-due' | 'credit-available' | 'credit-pending';
  readonly amount: number;
  readonly currency: string;
  readonly orderId?: string;
  readonly orderCode?: string;
  /** By when it is back, or by when the team is decided. */
  readonly by?: Date;
}
export interface LedgerProof {
  readonly ok: boolean;
  readonly byCurrency: { readonly [currency: string]: number };
  readonly problems: readonly string[];
}

/** Books a journal once; the same id again changes nothing. Throws when it does not balance. */
export async function postJournal(_deps: Deps, _journal: NewJournal): Promise<Posted> {
  throw new Error('not yet');
}
/** Sums an account. */
export async function balanceOf(_account: string, _currency: string): Promise<number> {
  throw new Error('not yet');
}
/** Lists where every unit of a customer's money is. */
export async function moneyOf(_deps: Deps, _customerId: string): Promise<MoneyLine[]> {
  throw new Error('not yet');
}
/** Proves that every currency and every journal adds up to zero. */
export async function proveLedger(): Promise<LedgerProof> {
  throw new Error('not yet');
}
