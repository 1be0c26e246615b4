import { describe, expect, it } from 'vitest';
import { KNOWN_MARKETS, marketRules } from '#domain/rules';

describe('the rules of a market', () => {
  it('keep their own money and zone under overrides that hold everywhere', () => {
    const rulesOf = marketRules({ holdMs: 60_000 });
    expect(KNOWN_MARKETS.map((market) => rulesOf(market).holdMs)).toEqual(KNOWN_MARKETS.map(() => 60_000));
    expect(rulesOf('GB')).toMatchObject({ currency: 'GBP', zone: 'Europe/London' });
  });

  it('take what is said in one market’s money in that market alone', () => {
    const rulesOf = marketRules({}, { market: 'IN', inviterReward: 8_000, friendReward: 4_000 });
    expect(rulesOf('IN')).toMatchObject({ inviterReward: 8_000, friendReward: 4_000 });
    expect(rulesOf('GB')).toMatchObject({ inviterReward: 500, friendReward: 250 });
  });

  it('refuse a market nobody set up, naming those there are', () => {
    expect(() => marketRules()('XX')).toThrow(/XX.*IN, GB/);
  });
});
