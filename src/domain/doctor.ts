import type { Deps } from './deps.ts';
import type { Check, Finding } from './doctor-check.ts';
import { learningChecks } from './doctor-learning.ts';
import { messageChecks } from './doctor-messages.ts';
import { moneyChecks } from './doctor-money.ts';
import { teamChecks } from './doctor-teams.ts';

/** Lists every invariant that is looked at, in the order of their numbers. */
export const CHECKS: readonly Check[] = [...teamChecks, ...moneyChecks, ...messageChecks, ...learningChecks].sort(
  (a, b) => numberOf(a) - numberOf(b) || a.id.localeCompare(b.id),
);

export interface Diagnosis {
  /** True when nothing is known to be wrong; what cannot be seen does not count. */
  readonly ok: boolean;
  readonly checks: readonly ({ readonly id: string; readonly what: string } & Finding)[];
}

/** Looks at every invariant. Reads only. */
export async function diagnose(deps: Deps): Promise<Diagnosis> {
  const checks = [];
  for (const { id, what, find } of CHECKS) checks.push({ id, what, ...(await find(deps)) });
  return { ok: checks.every(({ ok }) => ok !== false), checks };
}

function numberOf({ id }: Check): number {
  return Number(/\d+/.exec(id)?.[0] ?? 0);
}
