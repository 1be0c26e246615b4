import type { Deps } from '#domain/deps';
import { marketRules, type RuleOverrides } from '#domain/rules';
import { type MovableClock, systemClock } from '#lib/clock';
import { createLogger } from '#lib/logger';
import { secureRandom } from '#lib/random';

/** Makes domain dependencies for tests: fixed secrets, a movable clock, a silent log, no providers unless given. */
export function testDeps(given: Partial<Deps> & { rules?: RuleOverrides } = {}): Deps & { clock: MovableClock } {
  const clock = systemClock();
  return {
    clock,
    random: secureRandom,
    secrets: { pepper: Buffer.alloc(32, 7), key: Buffer.alloc(32, 9) },
    log: createLogger(process.env['TEST_LOG'] ?? 'silent'),
    rulesOf: marketRules(given.rules),
    payments: new Map(),
    publicUrl: 'http://localhost:3000',
    botNumber: '910000000000',
    ...given,
  } as Deps & { clock: MovableClock };
}
