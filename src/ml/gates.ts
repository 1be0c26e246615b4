import { boundPairedDifference } from './bootstrap.ts';
import type { Random } from './random.ts';
import { mean } from './ranking-metrics.ts';

/** Lists what a gate can say about a list; everything but the first publishes the simple list instead. */
const GATE_REASONS = [
  'passed',
  'too few to judge: simple list',
  'not finite',
  'worse than personal-then-popular',
  'does not beat popular',
] as const;
type GateReason = (typeof GATE_REASONS)[number];

/** Reports a gate's decision with the numbers behind it; means and bounds are in the metric's unit (NDCG@10). */
export interface GateVerdict {
  readonly passed: boolean;
  readonly reason: GateReason;
  /** Mean metric of the list that asks to be published. */
  readonly championMean: number;
  /** Mean metric of the simple list it must answer to. */
  readonly rivalMean: number;
  readonly difference: number;
  /** Lower one-sided 90 % bound of the mean paired difference; NaN when it was not judged. */
  readonly bound: number;
  /** What the bound was held against. */
  readonly required: number;
  readonly n: number;
}

/** Holds both lists' metric per test customer; index = customer in both. */
export interface GateInput {
  readonly champion: ArrayLike<number>;
  readonly rival: ArrayLike<number>;
  readonly random: Random;
  /** 200 unless told. */
  readonly fewest?: number;
}

/** Holds how much worse "Order again" may be, as a share of the rival's mean. */
const AGAIN_MARGIN = 0.02;

/** Judges "Order again": the bound may not be below -2 % of personal-then-popular's mean. */
export function judgeAgain(input: GateInput): GateVerdict {
  const required = -AGAIN_MARGIN * mean(input.rival);
  return judge(input, required, (bound) => bound >= required, 'worse than personal-then-popular');
}

/** Judges "New for you": the bound must be above 0 against popular with seen items removed. */
export function judgeNew(input: GateInput): GateVerdict {
  return judge(input, 0, (bound) => bound > 0, 'does not beat popular');
}

/** Says whether every number of every array is finite; factors and scores are checked by this before any gate. */
export function allFinite(...arrays: readonly ArrayLike<number>[]): boolean {
  return arrays.every((values) => {
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
    return true;
  });
}

function judge(
  { champion, rival, random, fewest = 200 }: GateInput,
  required: number,
  suffices: (bound: number) => boolean,
  otherwise: GateReason,
): GateVerdict {
  if (champion.length !== rival.length) throw new RangeError(`${champion.length} customers against ${rival.length}`);
  const championMean = mean(champion);
  const rivalMean = mean(rival);
  const numbers = { championMean, rivalMean, difference: championMean - rivalMean, required, n: champion.length };
  const unjudged = { ...numbers, passed: false, bound: Number.NaN };
  if (champion.length < fewest) return { ...unjudged, reason: 'too few to judge: simple list' };
  if (!allFinite(champion, rival)) return { ...unjudged, reason: 'not finite' };
  const bound = boundPairedDifference(champion, rival, { random, confidence: 0.9 }).lower;
  const passed = suffices(bound);
  return { ...numbers, bound, passed, reason: passed ? 'passed' : otherwise };
}
