/** Lists the rule segments from the best customers to the lost ones; also the names a found segment can get. */
export const RFM_SEGMENTS = [
  'Champions',
  'Loyal',
  'Potential Loyalists',
  'New',
  'Needs Attention',
  'At Risk',
  'Hibernating',
  'Lost',
] as const;
export type RfmSegment = (typeof RFM_SEGMENTS)[number];

/** Scores one customer 1 (worst) to 5 (best) in each of the three. */
export interface RfmScore {
  readonly recency: number;
  readonly frequency: number;
  readonly monetary: number;
}

/** Lists the lowest and highest score (both included) that a rule takes. */
type Range = readonly [from: number, to: number];

/** Describes one box of scores and its segment. */
export interface RfmRule {
  readonly segment: RfmSegment;
  readonly recency: Range;
  readonly frequency: Range;
  readonly monetary: Range;
}

/** Divides all 125 score triples: each lies in exactly one box. */
export const RFM_RULES: readonly RfmRule[] = [
  { segment: 'Champions', recency: [4, 5], frequency: [4, 5], monetary: [4, 5] },
  { segment: 'Loyal', recency: [4, 5], frequency: [4, 5], monetary: [1, 3] },
  { segment: 'Loyal', recency: [4, 5], frequency: [3, 3], monetary: [4, 5] },
  { segment: 'Loyal', recency: [3, 3], frequency: [4, 5], monetary: [1, 5] },
  { segment: 'Potential Loyalists', recency: [4, 5], frequency: [3, 3], monetary: [1, 3] },
  { segment: 'Potential Loyalists', recency: [4, 5], frequency: [2, 2], monetary: [1, 5] },
  { segment: 'New', recency: [4, 5], frequency: [1, 1], monetary: [1, 5] },
  { segment: 'Needs Attention', recency: [3, 3], frequency: [1, 3], monetary: [1, 5] },
  { segment: 'At Risk', recency: [2, 2], frequency: [3, 5], monetary: [1, 5] },
  { segment: 'At Risk', recency: [1, 1], frequency: [4, 5], monetary: [1, 5] },
  { segment: 'Hibernating', recency: [2, 2], frequency: [1, 2], monetary: [1, 5] },
  { segment: 'Hibernating', recency: [1, 1], frequency: [3, 3], monetary: [1, 5] },
  { segment: 'Lost', recency: [1, 1], frequency: [1, 2], monetary: [1, 5] },
];

/** Holds the quintile borders found on one set of customers, ascending by goodness, to score others later. */
export interface RfmBorders {
  /** In negative days, so that more is better here too. */
  readonly recency: Float64Array;
  readonly frequency: Float64Array;
  readonly monetary: Float64Array;
}

/** Holds one value per customer: days since the last purchase, number of purchases, money spent (any one unit). */
export interface RfmColumns {
  readonly recencyDays: ArrayLike<number>;
  readonly frequency: ArrayLike<number>;
  readonly monetary: ArrayLike<number>;
}

/**
 * Finds the four borders between quintiles of each column.
 * Equal values always share a score: the higher quintile for recency (everyone who bought today is recent), the lower
 * one for frequency and money (two thirds who bought once are not regulars).
 */
export function findRfmBorders(columns: RfmColumns): RfmBorders {
  const recency = Float64Array.from(columns.recencyDays, (days) => -days).sort();
  const frequency = Float64Array.from(columns.frequency).sort();
  const monetary = Float64Array.from(columns.monetary).sort();
  return {
    recency: pickBorders(recency, (fifths) => Math.floor(fifths)),
    frequency: pickBorders(frequency, (fifths) => Math.ceil(fifths) - 1),
    monetary: pickBorders(monetary, (fifths) => Math.ceil(fifths) - 1),
  };
}

/** Scores one customer against borders; also right for customers who were not there when the borders were found. */
export function scoreRfm(borders: RfmBorders, recencyDays: number, frequency: number, monetary: number): RfmScore {
  return {
    recency: 1 + countWhere(borders.recency, (border) => -recencyDays >= border),
    frequency: 1 + countWhere(borders.frequency, (border) => frequency > border),
    monetary: 1 + countWhere(borders.monetary, (border) => monetary > border),
  };
}

/** Scores every customer among the others; index = customer. */
export function scoreAllRfm(columns: RfmColumns): RfmScore[] {
  const borders = findRfmBorders(columns);
  return Array.from(columns.recencyDays, (days, i) =>
    scoreRfm(borders, days, columns.frequency[i]!, columns.monetary[i]!),
  );
}

/** Names the rule segment of a score. Throws a RangeError for scores outside 1 … 5. */
export function segmentOfRfm(score: RfmScore): RfmSegment {
  const rule = RFM_RULES.find((candidate) => holds(candidate, score));
  if (!rule) throw new RangeError(`no segment for ${score.recency}, ${score.frequency}, ${score.monetary}`);
  return rule.segment;
}

/** Says whether a rule's box contains the score. */
export function holds(rule: RfmRule, score: RfmScore): boolean {
  return (
    within(rule.recency, score.recency) &&
    within(rule.frequency, score.frequency) &&
    within(rule.monetary, score.monetary)
  );
}

function within([from, to]: Range, score: number): boolean {
  return score >= from && score <= to;
}

function pickBorders(ascending: Float64Array, place: (fifths: number) => number): Float64Array {
  if (ascending.length === 0) return new Float64Array(0);
  return Float64Array.from([1, 2, 3, 4], (fifth) => ascending[place((fifth * ascending.length) / 5)]!);
}

function countWhere(borders: Float64Array, passed: (border: number) => boolean): number {
  let count = 0;
  for (const border of borders) if (passed(border)) count++;
  return count;
}
