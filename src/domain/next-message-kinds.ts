/** Lists what the planner can choose from; silence is worth 0 and wins ties. */
export const NEXT_MESSAGE_KINDS = ['deal', 'again', 'team', 'win-back', 'silence'] as const;
export type NextMessageKind = (typeof NEXT_MESSAGE_KINDS)[number];

/** Is what is believed of one kind before anything of it was sent. Shares, not money. */
export interface KindPrior {
  /** P(pay within 7 days | sent). */
  readonly paysIfSent: number;
  /** P(pay within 7 days | silence). */
  readonly paysAnyway: number;
  /** P(STOP | sent). */
  readonly stops: number;
  readonly why: string;
}

/**
 * Holds the documented priors. They are judgements until logs and the holdout replace them: reminders of bought goods
 * convert best because the wish is proven; a team that lacks few people has a date; a win-back rarely works and annoys
 * most. All small, because most people who get a message buy what they would have bought without it.
 */
export const PRIORS: { readonly [kind in Exclude<NextMessageKind, 'silence'>]: KindPrior } = {
  again: { paysIfSent: 0.06, paysAnyway: 0.03, stops: 0.004, why: 'she bought it before; the wish is proven' },
  team: { paysIfSent: 0.05, paysAnyway: 0.02, stops: 0.005, why: 'few seats are missing and the end is near' },
  deal: {
    paysIfSent: 0.035,
    paysAnyway: 0.015,
    stops: 0.005,
    why: 'new to her; only the model says that she wants it',
  },
  'win-back': { paysIfSent: 0.015, paysAnyway: 0.005, stops: 0.01, why: 'she has been away long; few come back' },
};

/** Is the margin expected from a customer over 90 days, in orders of the message's own margin; lost when she says STOP. */
export const ORDERS_PER_90_DAYS = 1.5;

/** Is how strongly the place in her own list moves the chance that she pays: first place 1, twentieth place about a third. */
export function placeWeight(rank: number): number {
  return 1 / (1 + rank / 10);
}
