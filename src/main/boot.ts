import { readClockOffset } from '#domain/clock-offset';
import type { Deps } from '#domain/deps';
import { checkSecretsFit } from '#domain/installation';
import { marketRules, type RuleOverrides } from '#domain/rules';
import { checkTransitions } from '#domain/team-transitions';
import { type MovableClock, systemClock } from '#lib/clock';
import { type DatabaseDescription, openDatabase } from '#lib/embedded-database/open';
import type { Env } from '#lib/env';
import { createLogger } from '#lib/logger';
import { buildIndexes, connectMongo, disconnectMongo } from '#lib/mongo';
import { secureRandom } from '#lib/random';
import { repeat } from '#lib/repeat';
import { loadSecrets } from '#lib/secrets';
import { paymentProviders } from './payment-providers.ts';
import './all-models.ts';

/** Is a connected Toli: its database open, its secrets checked, its clock following the database's. */
export interface Booted {
  readonly env: Env;
  readonly deps: Deps;
  readonly clock: MovableClock;
  readonly database: DatabaseDescription;
  /** Closes the connection, then the embedded server if there is one. */
  close(): Promise<void>;
}

export interface BootOptions {
  readonly onProgress?: (line: string) => void;
  /** Builds the indexes; off for commands that only look. */
  readonly indexes?: boolean;
  /** Builds a faster server beside a running one; off for commands that end soon. */
  readonly background?: boolean;
}

const CLOCK_POLL_MS = 500;

/** Opens everything a Toli process needs. Errors say what to do. */
export async function boot(env: Env, options: BootOptions = {}): Promise<Booted> {
  checkTransitions();
  const say = options.onProgress ?? (() => undefined);
  const log = createLogger(env.LOG_LEVEL);
  const background = options.background ?? true;
  const opened = await openDatabase({ uri: env.MONGODB_URI, dataDir: env.DATA_DIR, onProgress: say, background });
  try {
    const { secrets, made } = await loadSecrets(env.DATA_DIR, { pepper: env.TOLI_PEPPER, key: env.TOLI_KEY });
    if (made) say(`made ${env.DATA_DIR}/secrets.json: back it up, without it nobody in the database can be reached`);
    await connectMongo(opened.uri, { poolSize: opened.description.way.includes('light') ? 8 : 32 });
    await checkSecretsFit(secrets);
    if (options.indexes ?? true) await buildIndexes();
    const clock = systemClock(await readClockOffset());
    const follow = repeat(
      CLOCK_POLL_MS,
      async () => void (env.SIMULATOR_CLOCK === 'on' && clock.adopt(await readClockOffset())),
      (error) => log.warn({ err: error }, 'the clock offset could not be read'),
    );
    const publicUrl = env.PUBLIC_URL ?? `http://localhost:${env.PORT}`;
    const deps: Deps = {
      clock,
      random: secureRandom,
      secrets,
      log,
      rulesOf: marketRules(rulesFrom(env), ownRulesFrom(env)),
      payments: paymentProviders(env, publicUrl, () => clock.now()),
      publicUrl,
      botNumber: env.BOT_NUMBER,
    };
    const close = async () => {
      await follow.stop();
      await disconnectMongo();
      await opened.stop();
    };
    return { env, deps, clock, database: opened.description, close };
  } catch (error) {
    await disconnectMongo();
    await opened.stop();
    throw error;
  }
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Turns what was configured into rules; what was not set keeps each market's own default. */
export function rulesFrom(env: Env): RuleOverrides {
  return {
    holdMs: env.HOLD_MINUTES * MINUTE,
    windowMs: env.WINDOW_HOURS * HOUR,
    graceMs: env.GRACE_MINUTES * MINUTE,
    proofGraceMs: env.PROOF_GRACE_HOURS * HOUR,
    sweepMs: env.SWEEP_SECONDS * 1_000,
    returnDays: env.RETURN_DAYS,
    groceryReturnDays: env.GROCERY_RETURN_DAYS,
    quietFrom: env.QUIET_FROM,
    quietTo: env.QUIET_TO,
    marketingPerDay: env.MARKETING_PER_DAY,
    marketingPerWeek: env.MARKETING_PER_WEEK,
    bindingDays: env.BINDING_DAYS,
    rewardsPerDay: env.REWARDS_PER_DAY,
    rewardsPerMonth: env.REWARDS_PER_MONTH,
  };
}

/** Turns what was configured in the home market's money into its rules. */
function ownRulesFrom({ MARKET, REWARD_INVITER, REWARD_FRIEND }: Env): RuleOverrides & { market: string } {
  return {
    market: MARKET,
    ...(REWARD_INVITER === undefined ? {} : { inviterReward: REWARD_INVITER }),
    ...(REWARD_FRIEND === undefined ? {} : { friendReward: REWARD_FRIEND }),
  };
}
