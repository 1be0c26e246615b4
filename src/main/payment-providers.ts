import type { Env } from '#lib/env';
import { cashOnDelivery } from '#payments/cod';
import { simulatedPayments } from '#payments/simulated';
import { upiPayments } from '#payments/upi';
import type { PaymentMethod, PaymentProvider } from '#ports/payment';

/** Makes the ways to pay that this installation offers; the pretended one only where the simulator is on. */
export function paymentProviders(
  env: Env,
  publicUrl: string,
  now: () => Date,
): ReadonlyMap<PaymentMethod, PaymentProvider> {
  const offered = [upiPayments({ vpa: env.UPI_VPA, name: env.UPI_NAME }), cashOnDelivery()];
  if (env.SIMULATOR !== 'off') offered.unshift(simulatedPayments({ publicUrl, now }));
  return new Map(offered.map((provider) => [provider.name, provider]));
}
