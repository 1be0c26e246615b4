import { setTimeout as pause } from 'node:timers/promises';
import type { Deps } from './deps.ts';
import { type Check, type Finding, unseen, violations } from './doctor-check.ts';
import { learningChecks } from './doctor-learning.ts';
import { messageChecks } from './doctor-messages.ts';
import { moneyChecks } from './doctor-money.ts';
import { orderChecks } from './doctor-orders.ts';
import { privacyChecks } from './doctor-privacy.ts';
import { rewardChecks } from './doctor-rewards.ts';
import { stockChecks } from './doctor-stock.ts';
import { teamChecks } from './doctor-teams.ts';

/** Lists every invariant that is looked at, in the order of their numbers. */
export const CHECKS: readonly Check[] = [
  ...teamChecks,
  ...moneyChecks,
  ...orderChecks,
  ...stockChecks,
  ...rewardChecks,
  ...messageChecks,
  ...learningChecks,
  ...privacyChecks,
].sort((a, b) => numberOf(a) - numberOf(b) || (a.id < b.id ? -1 : 1));

export interface Diagnosis {
  /** True when nothing is known to be wrong; what cannot be seen does not count. */
  readonly ok: boolean;
  readonly checks: readonly ({ readonly id: string; readonly what: string } & Finding)[];
}

/** What is only half written is whole by then. Milliseconds of system time. */
const LOOK_AGAIN_MS = 1_000;
const moment = () => pause(LOOK_AGAIN_MS);

/**
 * Looks at every invariant. Reads only. What seems wrong is looked at again after a moment, and only what is still
 * wrong then counts: the rows of one change are written one after another while others look.
 */
export async function diagnose(deps: Deps, wait: () => Promise<unknown> = moment): Promise<Diagnosis> {
  const first = new Map<string, readonly string[]>();
  for (const { id, find } of CHECKS) if (find) first.set(id, await find(deps));
  if ([...first.values()].some((found) => found.length > 0)) await wait();
  const checks = [];
  for (const check of CHECKS) {
    const { id, what } = check;
    const finding = check.find ? await stillWrong(deps, check.find, first.get(id) ?? []) : unseen(check.unseen);
    checks.push({ id, what, ...finding });
  }
  return { ok: checks.every(({ ok }) => ok !== false), checks };
}

async function stillWrong(deps: Deps, find: NonNullable<Check['find']>, before: readonly string[]): Promise<Finding> {
  if (before.length === 0) return violations([]);
  const now = new Set(await find(deps));
  return violations(before.filter((problem) => now.has(problem)));
}

function numberOf({ id }: Check): number {
  return Number(/\d+/.exec(id)?.[0] ?? 0);
}
