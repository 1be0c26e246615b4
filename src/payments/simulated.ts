import type { PaymentProvider, RefundOutcome } from '#ports/payment';

/** Is a refund as a provider is asked for it. */
export interface AskedRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
}

export interface SimulatedOptions {
  /** Where the pretended payment page is, without a slash at the end. */
  readonly publicUrl: string;
  /** Tells business time. */
  readonly now: () => Date;
  readonly refundDays?: number;
  /** Writes the script of refunds: what the n-th asking (from 1) for one comes to. Unset: done at once. */
  readonly refunds?: (refund: AskedRefund, asked: number) => 'done' | 'started' | 'failed';
}

const MOST_KEPT = 10_000;

/** Makes the pretended provider: payments are events somebody feeds in, refunds follow a script. */
export function simulatedPayments(options: SimulatedOptions): PaymentProvider {
  const { publicUrl, now, refundDays = 1, refunds = () => 'done' as const } = options;
  const asked = new Map<string, number>();
  const done = new Map<string, RefundOutcome>();

  const refund = (wish: AskedRefund): RefundOutcome => {
    const before = done.get(wish.id);
    if (before) return before;
    const times = (asked.get(wish.id) ?? 0) + 1;
    if (asked.size >= MOST_KEPT) asked.clear();
    asked.set(wish.id, times);
    const outcome = outcomeOf(refunds(wish, times), wish, now());
    if (done.size >= MOST_KEPT) done.clear();
    if (outcome.kind !== 'failed') done.set(wish.id, outcome);
    return outcome;
  };

  return {
    name: 'simulated',
    refundDays,
    request: async ({ orderId, amount, currency }) => ({
      orderId,
      amount,
      currency,
      url: `${publicUrl}/pay/${encodeURIComponent(orderId)}`,
      needsReference: false,
    }),
    refund: async (wish) => refund(wish),
  };
}

function outcomeOf(script: 'done' | 'started' | 'failed', wish: AskedRefund, at: Date): RefundOutcome {
  if (script === 'failed') return { kind: 'failed', reason: 'refused by the simulated provider' };
  if (script === 'started') return { kind: 'started' };
  return { kind: 'done', reference: `SIM-${wish.id.slice(-10).toUpperCase()}`, at };
}
