/**
 * Names the conditions the races hang on. Production leaves none out; a race test leaves one out and must then see
 * the damage, which proves that the condition is needed and that the test would notice.
 */
export const TEAM_CONDITIONS = [
  'seat-free',
  'not-in',
  'not-refused',
  'one-claim',
  'seat-believed',
  'one-missing',
  'rev',
] as const;
export type TeamCondition = (typeof TEAM_CONDITIONS)[number];

/** Joins named conditions to one filter, without the one a test leaves out. */
export function guardedBy(
  conditions: { readonly [name in TeamCondition]?: object },
  leftOut?: TeamCondition,
): Record<string, unknown> {
  const kept = Object.entries(conditions).filter(([name]) => name !== leftOut);
  return Object.assign({}, ...kept.map(([, filter]) => filter)) as Record<string, unknown>;
}
