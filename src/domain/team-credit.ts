import { nativeCollection } from '#lib/mongo';
import { Journal } from '#models/journal';
import type { Deps } from './deps.ts';
import { customerAccount, journalOf } from './journals.ts';
import { balanceOf, postJournal } from './ledger.ts';

/** Is credit that goes into an order. */
export interface CreditUse {
  readonly customerId: string;
  readonly orderId: string;
  readonly attempt: string;
  readonly currency: string;
}

/** Takes as much of a customer's credit as an order can use, once per attempt. Says how much, in minor units. */
export async function takeCredit(deps: Deps, use: CreditUse, atMost: number): Promise<number> {
  const taken = await creditTakenBy(use.attempt);
  if (taken > 0) return taken;
  for (let tries = 0; tries < 5; tries++) {
    const balance = await balanceOf(customerAccount(use.customerId, 'credit'), use.currency);
    const credit = Math.min(balance, atMost);
    if (credit <= 0) return 0;
    if (await takeExactly(deps, use, credit)) return creditTakenBy(use.attempt);
  }
  return 0;
}

/** Takes exactly this much credit, or none; true when it is taken. */
export async function takeExactly(deps: Deps, use: CreditUse, credit: number): Promise<boolean> {
  if (credit === 0) return true;
  const { attempt, ...about } = use;
  const posted = await postJournal(deps, journalOf('credit-taken', { ...about, name: attempt, credit }));
  return posted.kind !== 'short';
}

/** Gives the credit an attempt took back, once; nothing when it took none. */
export async function returnCredit(deps: Deps, customerId: string, attempt: string): Promise<void> {
  const credit = await creditTakenBy(attempt);
  if (credit === 0) return;
  const taken = await nativeCollection(Journal).findOne({ _id: `credit-taken:${attempt}` });
  if (!taken) return;
  const about = { customerId, currency: taken.currency, ...(taken.orderId ? { orderId: taken.orderId } : {}) };
  await postJournal(deps, journalOf('credit-returned', { ...about, name: attempt, credit }));
}

async function creditTakenBy(attempt: string): Promise<number> {
  const taken = await nativeCollection(Journal).findOne({ _id: `credit-taken:${attempt}` });
  return taken?.entries.find((entry) => entry.amount > 0)?.amount ?? 0;
}
