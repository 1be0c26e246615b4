import type { PaymentMethod } from '#ports/payment';
import type { Deps } from './deps.ts';

const DAY = 24 * 3600_000;

/** Is what the promise of a seat depends on. Times in ms. */
export interface PromiseFacts {
  readonly method: PaymentMethod;
  readonly windowMs: number;
  readonly graceMs: number;
  readonly proofGraceMs: number;
  readonly dealEndsAt: Date;
  /** Set once the clock of the team runs. */
  readonly expiresAt?: Date;
  /** Until when the leader may still pay, while it does not. */
  readonly holdUntil: Date;
}

/** Tells by when the money of a seat is back at the latest, if the team fails. */
export function refundPromise(deps: Deps, facts: PromiseFacts): Date {
  const proofs = deps.payments.has('upi');
  const grace = proofs ? Math.max(facts.graceMs, facts.proofGraceMs) : facts.graceMs;
  const leaderPaysBy = facts.holdUntil.getTime() + (proofs ? facts.proofGraceMs : 0);
  const expires = facts.expiresAt?.getTime() ?? leaderPaysBy + facts.windowMs;
  return new Date(expires + grace + refundDays(deps, facts.method) * DAY);
}

/** Tells by when a refund admitted now reaches the payer. */
export function refundReaches(deps: Deps, provider: string, admitted: Date): Date {
  return new Date(admitted.getTime() + refundDays(deps, provider as PaymentMethod) * DAY);
}

function refundDays(deps: Deps, method: PaymentMethod): number {
  return deps.payments.get(method)?.refundDays ?? 0;
}
