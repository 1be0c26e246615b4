import type { Deps } from './deps.ts';

/** Asks providers for the refunds that are due, each on its own. */
export async function runRefunds(_deps: Deps): Promise<{ readonly done: number; readonly failed: number }> {
  throw new Error('not yet');
}
/** Marks a manual or failed refund as done, with the bank's reference. */
export async function markRefundDone(
  _deps: Deps,
  _done: { refundId: string; reference: string; actor: string },
): Promise<
  | { readonly kind: 'done' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'already-done'; readonly reference: string }
> {
  throw new Error('not yet');
}
