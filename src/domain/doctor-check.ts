import type { Deps } from './deps.ts';

/** Is what one check found. `ok: null` means that no query can see it, with the reason; it is never counted as true. */
export interface Finding {
  readonly ok: boolean | null;
  /** How many violations there are. */
  readonly count: number;
  /** A few of them, as ids and short facts without addresses. */
  readonly examples: readonly string[];
  readonly reason?: string;
}

/** Is one invariant as a query. `id` is its number in the list of invariants, with a letter where it takes several. */
export interface Check {
  readonly id: string;
  readonly what: string;
  find(deps: Deps): Promise<Finding>;
}

const MOST_EXAMPLES = 5;

/** Makes a finding from the violations found. */
export function violations(found: readonly string[]): Finding {
  return { ok: found.length === 0, count: found.length, examples: found.slice(0, MOST_EXAMPLES) };
}

/** Makes the finding of a check that the database alone cannot decide. */
export function unseen(reason: string): Finding {
  return { ok: null, count: 0, examples: [], reason };
}
