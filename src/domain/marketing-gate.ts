import { afterQuiet, isQuiet } from '#lib/local-time';
import type { CustomerDoc } from '#models/customer';
import type { OutboxDoc } from '#models/outbox';
import type { Deps } from './deps.ts';
import { promotionalSince } from './outbox-sending.ts';

/** Says whether a promotional message may leave now: yes, later, or never and why. */
export type GateAnswer =
  | { readonly kind: 'go' }
  | { readonly kind: 'later'; readonly at: Date }
  | { readonly kind: 'never'; readonly reason: string };

const DAY_MS = 24 * 3_600_000;

/** Checks, at the moment of its claim, all that can forbid a promotional message: age, consent, hours, caps. */
export async function marketingGate(deps: Deps, row: OutboxDoc, customer: CustomerDoc): Promise<GateAnswer> {
  const now = deps.clock.now();
  const rules = deps.rulesOf(customer.market);
  if (row.expiresAt && row.expiresAt <= now) return { kind: 'never', reason: 'expired' };
  if (!customer.marketing) return { kind: 'never', reason: 'no consent' };
  if (isQuiet(now, customer.zone, rules.quietFrom, rules.quietTo)) {
    return { kind: 'later', at: afterQuiet(now, customer.zone, rules.quietFrom, rules.quietTo) };
  }
  const lastDay = await promotionalSince(customer._id, new Date(now.getTime() - DAY_MS));
  if (lastDay >= rules.marketingPerDay) return { kind: 'never', reason: 'cap per day' };
  const lastWeek = await promotionalSince(customer._id, new Date(now.getTime() - 7 * DAY_MS));
  if (lastWeek >= rules.marketingPerWeek) return { kind: 'never', reason: 'cap per week' };
  return { kind: 'go' };
}
