/** Holds the numbers that differ by market. Times in ms unless the name says otherwise, money in minor units. */
export interface MarketRules {
  readonly market: string;
  readonly currency: string;
  /** IANA time zone of its people. */
  readonly zone: string;
  readonly holdMs: number;
  readonly windowMs: number;
  readonly graceMs: number;
  readonly proofGraceMs: number;
  readonly sweepMs: number;
  readonly returnDays: number;
  readonly groceryReturnDays: number;
  readonly inviterReward: number;
  readonly friendReward: number;
  /** The friend's order must be at least this many times the reward. */
  readonly rewardOrderFactor: number;
  readonly rewardsPerDay: number;
  readonly rewardsPerMonth: number;
  readonly bindingDays: number;
  /** Hours of the local day between which no marketing leaves. */
  readonly quietFrom: number;
  readonly quietTo: number;
  readonly marketingPerDay: number;
  readonly marketingPerWeek: number;
  /** Price of one promotional message on the channel, for the planner. */
  readonly messagePrice: number;
}

export type RuleOverrides = { readonly [rule in keyof Omit<MarketRules, 'market' | 'currency' | 'zone'>]?: number };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const SHARED = {
  holdMs: 15 * MINUTE,
  windowMs: 24 * HOUR,
  graceMs: 5 * MINUTE,
  proofGraceMs: 12 * HOUR,
  sweepMs: 30_000,
  returnDays: 7,
  groceryReturnDays: 3,
  inviterReward: 50_00,
  friendReward: 25_00,
  rewardOrderFactor: 1.5,
  rewardsPerDay: 5,
  rewardsPerMonth: 10,
  bindingDays: 30,
  quietFrom: 21,
  quietTo: 9,
  marketingPerDay: 1,
  marketingPerWeek: 3,
  messagePrice: 0,
} as const;

const MARKETS: { readonly [market: string]: MarketRules } = {
  IN: { ...SHARED, market: 'IN', currency: 'INR', zone: 'Asia/Kolkata' },
  GB: { ...SHARED, market: 'GB', currency: 'GBP', zone: 'Europe/London', inviterReward: 5_00, friendReward: 2_50 },
  BR: { ...SHARED, market: 'BR', currency: 'BRL', zone: 'America/Sao_Paulo', inviterReward: 10_00, friendReward: 5_00 },
  ID: {
    ...SHARED,
    market: 'ID',
    currency: 'IDR',
    zone: 'Asia/Jakarta',
    inviterReward: 10_000_00,
    friendReward: 5_000_00,
  },
  KE: { ...SHARED, market: 'KE', currency: 'KES', zone: 'Africa/Nairobi', inviterReward: 100_00, friendReward: 50_00 },
};

/** Finds the rules of a market; every number can be overridden by configuration. Throws for a market nobody set up. */
export type RulesOf = (market: string) => MarketRules;

/**
 * Makes the lookup of rules with the configured overrides on top of each market's defaults; `own` holds what is said
 * in one market's money and counts there alone.
 */
export function marketRules(overrides: RuleOverrides = {}, own: RuleOverrides & { market?: string } = {}): RulesOf {
  const { market: home, ...rewards } = own;
  const tables = new Map(
    Object.values(MARKETS).map((rules) => [
      rules.market,
      { ...rules, ...overrides, ...(rules.market === home ? rewards : {}) },
    ]),
  );
  return (market) => {
    const rules = tables.get(market);
    if (!rules) throw new Error(`No rules for market "${market}". Known markets: ${[...tables.keys()].join(', ')}.`);
    return rules;
  };
}

/** Lists the markets Toli has rules for. */
export const KNOWN_MARKETS: readonly string[] = Object.keys(MARKETS);
