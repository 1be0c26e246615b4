import type { Deps } from './deps.ts';

/**
 * Is one invariant. `id` is its number in the list of invariants, with a word where it takes several looks. `find` lists
 * each violation as one sentence of ids and short facts, without addresses, that reads the same at every look. What the
 * database cannot decide has the reason in `unseen` instead.
 */
export type Check = { readonly id: string; readonly what: string } & (
  | { readonly find: (deps: Deps) => Promise<readonly string[]>; readonly unseen?: never }
  | { readonly find?: never; readonly unseen: string }
);

/** Is what one check found. `ok: null` means that no query can see it, with the reason; it is never counted as true. */
export interface Finding {
  readonly ok: boolean | null;
  /** How many violations there are. */
  readonly count: number;
  /** A few of them. */
  readonly examples: readonly string[];
  readonly reason?: string;
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
