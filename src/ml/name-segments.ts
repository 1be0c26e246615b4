import { assignCheapest } from './assignment.ts';
import { RFM_RULES, RFM_SEGMENTS, type RfmScore } from './rfm.ts';

/**
 * Averages the scores of each segment's customers: what a found segment is named by.
 * Scores and labels share the customer index; a segment without customers gets NaN.
 */
export function profileSegments(scores: readonly RfmScore[], labels: ArrayLike<number>, k: number): RfmScore[] {
  const sums = Array.from({ length: k }, () => ({ count: 0, recency: 0, frequency: 0, monetary: 0 }));
  scores.forEach((score, i) => {
    const sum = sums[labels[i]!]!;
    sum.count++;
    sum.recency += score.recency;
    sum.frequency += score.frequency;
    sum.monetary += score.monetary;
  });
  return sums.map(({ count, recency, frequency, monetary }) => ({
    recency: recency / count,
    frequency: frequency / count,
    monetary: monetary / count,
  }));
}

/**
 * Names found segments by their mean RFM scores, never by their number: each gets the rule segment whose middle is
 * nearest, all names different and the total distance smallest. Beyond as many segments as there are names, names
 * repeat with a number behind.
 */
export function nameSegments(profiles: readonly RfmScore[]): string[] {
  const names = namesFor(profiles.length);
  const cost = new Float64Array(profiles.length * names.length);
  profiles.forEach((profile, segment) => {
    names.forEach((name, n) => {
      cost[segment * names.length + n] = squaredGap(profile, name.middle) + name.round * 1000;
    });
  });
  return Array.from(assignCheapest(cost, profiles.length, names.length), (n) => names[n]!.name);
}

/** Computes the mean score triple of each rule segment's boxes, by segment name. */
function middlesOfRules(): Map<string, RfmScore> {
  const sums = new Map<string, { cells: number; recency: number; frequency: number; monetary: number }>();
  for (const rule of RFM_RULES) {
    const cells = span(rule.recency) * span(rule.frequency) * span(rule.monetary);
    const sum = sums.get(rule.segment) ?? { cells: 0, recency: 0, frequency: 0, monetary: 0 };
    sums.set(rule.segment, {
      cells: sum.cells + cells,
      recency: sum.recency + cells * middle(rule.recency),
      frequency: sum.frequency + cells * middle(rule.frequency),
      monetary: sum.monetary + cells * middle(rule.monetary),
    });
  }
  return new Map(
    Array.from(sums, ([segment, { cells, recency, frequency, monetary }]) => [
      segment,
      { recency: recency / cells, frequency: frequency / cells, monetary: monetary / cells },
    ]),
  );
}

function namesFor(count: number): { name: string; middle: RfmScore; round: number }[] {
  const middles = middlesOfRules();
  const rounds = Math.max(1, Math.ceil(count / RFM_SEGMENTS.length));
  return Array.from({ length: rounds }, (_, round) =>
    RFM_SEGMENTS.map((segment) => ({
      name: round === 0 ? segment : `${segment} ${round + 1}`,
      middle: middles.get(segment)!,
      round,
    })),
  ).flat();
}

/** Squares the gap of two triples; NaN (an empty segment) is far from everything alike. */
function squaredGap(a: RfmScore, b: RfmScore): number {
  const gap = (a.recency - b.recency) ** 2 + (a.frequency - b.frequency) ** 2 + (a.monetary - b.monetary) ** 2;
  return Number.isNaN(gap) ? 100 : gap;
}

function span([from, to]: readonly [number, number]): number {
  return to - from + 1;
}

function middle([from, to]: readonly [number, number]): number {
  return (from + to) / 2;
}
