import type { Deps } from '#domain/deps';
import { marketRules } from '#domain/rules';
import { type Clock, clockAt } from '#lib/clock';
import { createLogger } from '#lib/logger';
import { seededRandom } from '#lib/random';

/** Makes the domain's dependencies for a scenario at one instant, with chance that repeats. */
export function flowDeps(clock: Clock = clockAt(new Date('2026-11-20T05:30:00Z'))): Deps {
  return {
    clock,
    random: seededRandom(11),
    secrets: { pepper: Buffer.alloc(32, 1), key: Buffer.alloc(32, 2) },
    log: createLogger('silent'),
    rulesOf: marketRules(),
    payments: new Map(),
    publicUrl: 'http://toli.test',
    botNumber: '911234567890',
  };
}
