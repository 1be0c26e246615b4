import type { Deps } from '#domain/deps';
import { eraseDue } from '#domain/erasure';
import { proveLedger } from '#domain/ledger-proof';
import { pruneRuns } from '#domain/lists';
import { planNextMessages } from '#domain/next-messages';
import { watchPromises } from '#domain/promises';
import { runRefunds, settleOldRefunds } from '#domain/refunds';
import { settleRewards } from '#domain/reward-settling';
import { releaseDueRewards } from '#domain/rewards';
import { KNOWN_MARKETS } from '#domain/rules';
import { settleTeams, sweepTeams } from '#domain/teams';
import { foldInRecommender } from './fold-in-recommender.ts';
import type { WorkerJob } from './job.ts';
import { recompute } from './recompute/recompute.ts';
import { buyersReplanner } from './replan-buyers.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LEASE = MINUTE;
/** The shop's nights and mornings are those of its first market unless told. */
const HOME_ZONE = 'Asia/Kolkata';

/** Lists everything the worker does; `zone` is where the night falls. */
export function workerJobs(deps: Deps, zone: string = HOME_ZONE): WorkerJob[] {
  const buyers = buyersReplanner(foldInRecommender(deps));
  // Providers get one grace after a start to report what happened meanwhile, before anything expires.
  const since = deps.clock.now();
  const { sweepMs } = deps.rulesOf('IN');
  return [
    every('sweep-teams', sweepMs, (own) => sweepTeams(own, { since })),
    every('settle', 10 * SECOND, settle),
    every('refunds', 30 * SECOND, (own) => runRefunds(own)),
    every('release-rewards', MINUTE, (own) => releaseDueRewards(own)),
    every('watch-promises', 5 * MINUTE, (own) => watchPromises(own)),
    every('erasures', HOUR, (own) => eraseDue(own)),
    {
      ...every('replan-buyers', SECOND, () => Promise.resolve()),
      hasWork: buyers.hasWork,
      run: ({ deps: own, from }) => buyers.run(own, from),
    },
    nightly('prove-ledger', '0 3 * * *', zone, provenLedger),
    { ...nightly('recompute', '30 3 * * *', zone, () => Promise.resolve()), long: true, run: recomputed },
    nightly('prune-runs', '15 4 * * *', zone, () => pruneRuns()),
    ...KNOWN_MARKETS.map((market) =>
      nightly(`plan-${market}`, '45 8 * * *', deps.rulesOf(market).zone, (own) => planNextMessages(own, { market })),
    ),
  ];
}

function every(name: string, everyMs: number, work: (deps: Deps) => Promise<unknown>): WorkerJob {
  return { name, schedule: { everyMs }, leaseMs: LEASE, run: ({ deps }) => work(deps) };
}

function nightly(name: string, cron: string, zone: string, work: (deps: Deps) => Promise<unknown>): WorkerJob {
  return { name, schedule: { cron, zone }, leaseMs: LEASE, run: ({ deps }) => work(deps) };
}

async function settle(deps: Deps): Promise<unknown> {
  const teams = await settleTeams(deps);
  const rewards = await settleRewards(deps);
  const refunds = await settleOldRefunds(deps);
  return { teams, rewards, refunds };
}

async function provenLedger(deps: Deps): Promise<unknown> {
  const proof = await proveLedger();
  if (!proof.ok) deps.log.error({ problems: proof.problems }, 'the ledger does not add up');
  return { ok: proof.ok, problems: proof.problems.slice(0, 20) };
}

const recomputed: WorkerJob['run'] = async ({ deps, lease, at, signal }) => {
  const onProgress = (line: string) => deps.log.info({ job: 'recompute' }, line);
  const { runId, state, seconds } = await recompute(deps, lease, { asOf: at, onProgress, signal });
  return { runId, state, seconds };
};
