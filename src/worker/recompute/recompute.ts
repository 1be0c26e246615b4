import { LISTS, type ListName, publishLists, stampPublisher } from '#domain/active-runs';
import type { Deps } from '#domain/deps';
import type { JobLease } from '#domain/jobs';
import { endRun, pruneRuns, startRun } from '#domain/lists';
import { computeInThread } from './compute.ts';
import type { MarketResult } from './compute-market.ts';
import { type History, readHistory } from './read-history.ts';
import { SETTINGS } from './settings.ts';
import { writeResults } from './write-results.ts';

export interface RecomputeOptions {
  /** Uses orders up to this instant; business now unless told. */
  readonly asOf?: Date;
  readonly onProgress?: (line: string) => void;
  /** Gives up between two steps, and at once while it computes; nothing is published then. */
  readonly signal?: AbortSignal;
}

/** Reports one night: what was published, what the gates said, and how long the parts took. */
export interface RecomputeResult {
  readonly runId: string;
  readonly state: 'published' | 'rejected' | 'lost-lease';
  readonly asOf: Date;
  readonly lists: { readonly [list in ListName]?: { readonly simple: boolean } };
  readonly markets: readonly MarketReport[];
  readonly orders: number;
  readonly otherCurrency: number;
  readonly rows: number;
  readonly seconds: number;
}

/** Reports one market's computation. */
export interface MarketReport {
  readonly market: string;
  readonly customers: number;
  readonly products: number;
  readonly again: MarketResult['verdicts']['again'];
  readonly new: MarketResult['verdicts']['fresh'];
  readonly segments: MarketResult['segments']['verdict'];
  readonly seconds: MarketResult['seconds'];
}

/**
 * Learns from everything up to an instant and publishes it: reads, computes in a thread, writes rows under a new run
 * id, and moves the pointer of each list under the lease's fence. Before the pointer moves nobody sees anything, so a
 * worker that dies costs freshness only. Keeps the run before, deletes older ones.
 */
export async function recompute(deps: Deps, lease: JobLease, options: RecomputeOptions = {}): Promise<RecomputeResult> {
  const started = deps.clock.system();
  const tell = options.onProgress ?? (() => undefined);
  const asOf = options.asOf ?? deps.clock.now();
  const runId = await startRun(deps, { asOf, seed: SETTINGS.seed });
  try {
    const owned = await stampPublisher(lease.fence);
    const history = await readHistory(deps, asOf, options.signal);
    tell(`read ${history.orders} orders of ${history.markets.length} markets`);
    const results = await computeInThread(
      { markets: history.markets.map(({ data }) => data), asOf: asOf.getTime() },
      tell,
      options.signal,
    );
    const rows = await writeMarkets(deps, runId, history, results);
    tell(`wrote ${rows} rows under ${runId}`);
    const lists = listsOf(results);
    options.signal?.throwIfAborted();
    const published = owned && !lease.lost() && (await publishAll(lease.fence, runId, lists, deps.clock.now()));
    const state = results.length === 0 ? 'rejected' : published ? 'published' : 'lost-lease';
    const markets = results.map((result, i) =>
      reportOf(result, history.markets[i]!.names.customers.length, history.markets[i]!.names.products.length),
    );
    const seconds = Math.round((deps.clock.system() - started) / 100) / 10;
    await recordEnd(deps, runId, state, markets, { orders: history.orders, rows, seconds, settings: SETTINGS });
    if (state === 'published') await pruneRuns();
    return {
      runId,
      state,
      asOf,
      lists,
      markets,
      orders: history.orders,
      otherCurrency: history.otherCurrency,
      rows,
      seconds,
    };
  } catch (error) {
    await endRun(deps, runId, { state: 'failed', error: String(error) });
    throw error;
  }
}

async function writeMarkets(
  deps: Deps,
  runId: string,
  history: History,
  results: readonly MarketResult[],
): Promise<number> {
  const anyClusters = results.some(({ segments }) => segments.clusters !== null);
  let rows = 0;
  for (const [i, result] of results.entries()) {
    const { data, names } = history.markets[i]!;
    const { currency } = deps.rulesOf(result.market);
    rows += await writeResults(runId, { result, names, currency, columns: data, anyClusters });
  }
  return rows;
}

/** Says for each list whether it is the simple one in every market. */
function listsOf(results: readonly MarketResult[]): RecomputeResult['lists'] {
  if (results.length === 0) return {};
  return {
    again: { simple: results.every(({ verdicts }) => !verdicts.again.passed) },
    new: { simple: results.every(({ frozen }) => frozen === null) },
    popular: { simple: false },
    segments: { simple: results.every(({ segments }) => segments.clusters === null) },
  };
}

async function publishAll(fence: number, runId: string, lists: RecomputeResult['lists'], at: Date): Promise<boolean> {
  const publications = LISTS.flatMap((list) => {
    const found = lists[list];
    return found ? [{ list, runId, simple: found.simple }] : [];
  });
  return publications.length > 0 && publishLists(fence, publications, at);
}

async function recordEnd(
  deps: Deps,
  runId: string,
  state: RecomputeResult['state'],
  markets: readonly MarketReport[],
  facts: { [name: string]: unknown },
): Promise<void> {
  const gates = Object.fromEntries(
    markets.map(({ market, again, new: fresh, segments }) => [market, { again, new: fresh, segments }]),
  );
  const seconds = Object.fromEntries(markets.map((report) => [report.market, report.seconds]));
  const ended =
    state === 'lost-lease' ? { state: 'failed' as const, error: 'another worker took over; not published' } : { state };
  await endRun(deps, runId, { ...ended, gates, facts: { ...facts, marketSeconds: seconds } });
}

function reportOf(
  { market, verdicts, segments, seconds }: MarketResult,
  customers: number,
  products: number,
): MarketReport {
  return {
    market,
    customers,
    products,
    again: verdicts.again,
    new: verdicts.fresh,
    segments: segments.verdict,
    seconds,
  };
}
