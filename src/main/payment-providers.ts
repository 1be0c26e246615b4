import type { Env } from '#lib/env';
import type { PaymentMethod, PaymentProvider } from '#ports/payment';

/** Makes the ways to pay that this installation offers. */
export function paymentProviders(_env: Env, _publicUrl: string): ReadonlyMap<PaymentMethod, PaymentProvider> {
  return new Map();
}
