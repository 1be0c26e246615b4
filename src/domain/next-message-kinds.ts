/** Lists what the planner can choose from; silence is worth 0 and wins ties. */
export const NEXT_MESSAGE_KINDS = ['deal', 'again', 'team', 'win-back', 'silence'] as const;
export type NextMessageKind = (typeof NEXT_MESSAGE_KINDS)[number];
export type SpokenKind = Exclude<NextMessageKind, 'silence'>;

/** Is what is believed of one kind before anything of it was sent. Shares, not money. */
export interface KindPrior {
  /** P(pay within 7 days | sent), for the first place of her list. */
  readonly paysIfSent: number;
  /** P(pay within 7 days | silence). */
  readonly paysAnyway: number;
  /** P(STOP | sent). */
  readonly stops: number;
  readonly why: string;
}

/**
 * Holds the documented priors. They are judgements until logs and the holdout replace them, and small, because most
 * people who get a message buy what they would have bought without it.
 */
export const PRIORS: { readonly [kind in SpokenKind]: KindPrior } = {
  again: { paysIfSent: 0.06, paysAnyway: 0.03, stops: 0.004, why: 'she bought it before: the wish is proven' },
  team: { paysIfSent: 0.05, paysAnyway: 0.02, stops: 0.005, why: 'few seats are missing and the end is near' },
  deal: {
    paysIfSent: 0.035,
    paysAnyway: 0.015,
    stops: 0.005,
    why: 'new to her: only the model says that she wants it',
  },
  'win-back': { paysIfSent: 0.015, paysAnyway: 0.005, stops: 0.005, why: 'she has been away long: few come back' },
};

/** Is how alive a customer is: how much of a prior holds for her, and how many more orders 90 days should bring. */
export interface Liveliness {
  readonly weight: number;
  readonly ordersPer90Days: number;
}

/** Holds liveliness by rule segment of the active run; the same kind of judgement as the priors. */
export const LIVELINESS: { readonly [segment: string]: Liveliness } = {
  Champions: { weight: 1.2, ordersPer90Days: 3 },
  Loyal: { weight: 1.1, ordersPer90Days: 2 },
  'Potential Loyalists': { weight: 1, ordersPer90Days: 1.5 },
  New: { weight: 0.9, ordersPer90Days: 1 },
  'Needs Attention': { weight: 0.7, ordersPer90Days: 0.7 },
  'At Risk': { weight: 0.3, ordersPer90Days: 0.4 },
  Hibernating: { weight: 0.2, ordersPer90Days: 0.2 },
  Lost: { weight: 0.1, ordersPer90Days: 0.1 },
};

/** Is the liveliness of someone the active run does not know. */
export const UNKNOWN_LIVELINESS: Liveliness = { weight: 0.8, ordersPer90Days: 1 };

/** Names the segments whose people are asked back; only they can get a win-back. */
export const LAPSED: readonly string[] = ['At Risk', 'Hibernating', 'Lost'];

/** Is the part of the margin that is left after refunds. */
export const KEPT_AFTER_REFUNDS = 0.95;

/** Is the share of decisions drawn uniformly over all that could be sent, so that the worth of each can be learnt. */
export const EPSILON = 0.05;

/** Gives how much of a prior holds at a place in her list, counted from 0: all at the first, half at the eleventh. */
export function placeWeight(rank: number): number {
  return 1 / (1 + rank / 10);
}

/** Is what a value is computed from; money in minor units. */
export interface Worth {
  readonly kind: SpokenKind;
  /** Place in her list, from 0. */
  readonly rank: number;
  /** Margin of one order of this deal before refunds. */
  readonly margin: number;
  /** Seats missing, for a team. */
  readonly missing?: number;
  readonly liveliness: Liveliness;
  readonly messagePrice: number;
}

/**
 * Values a message in minor units:
 * (P(pay | sent) − P(pay | silence)) × margin after refunds − price of the message − P(STOP | sent) × 90-day margin.
 */
export function worthOf({ kind, rank, margin, missing = 1, liveliness, messagePrice }: Worth): number {
  const prior = PRIORS[kind];
  const alive = kind === 'win-back' ? 1 : liveliness.weight;
  const lift =
    (prior.paysIfSent - prior.paysAnyway) * placeWeight(rank) * alive * (1 / Math.sqrt(Math.max(1, missing)));
  const kept = margin * KEPT_AFTER_REFUNDS;
  return lift * kept - messagePrice - prior.stops * liveliness.ordersPer90Days * kept;
}

/** Is a choice among values: which one, how probable it was, and whether it was drawn to explore. */
export interface Draw {
  readonly index: number;
  readonly probability: number;
  readonly explored: boolean;
}

/**
 * Draws one of the values: with probability ε uniformly, else the highest. The last one is silence, which wins ties.
 * `unit` is a draw from [0, 1): its lowest ε decide that and what is explored.
 */
export function drawChoice(values: readonly number[], unit: number, epsilon: number = EPSILON): Draw {
  let best = values.length - 1;
  values.forEach((value, i) => {
    if (value > values[best]!) best = i;
  });
  const share = epsilon / values.length;
  const explored = unit < epsilon;
  const index = explored ? Math.min(values.length - 1, Math.floor(unit / share)) : best;
  return { index, explored, probability: share + (index === best ? 1 - epsilon : 0) };
}
