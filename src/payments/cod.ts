import type { PaymentProvider } from '#ports/payment';

/** Makes cash on delivery: nothing to pay now, and what was collected goes back by hand. */
export function cashOnDelivery(options: { readonly refundDays?: number } = {}): PaymentProvider {
  return {
    name: 'cod',
    refundDays: options.refundDays ?? 3,
    request: async ({ orderId, amount, currency }) => ({ orderId, amount, currency, needsReference: false }),
    refund: async () => ({ kind: 'manual' }),
  };
}
