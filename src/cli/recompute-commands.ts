import { type Command, InvalidArgumentError } from 'commander';
import { audited } from '#domain/audits';
import { withJob } from '#domain/jobs';
import { newOwner } from '#lib/owner';
import { type MarketReport, type RecomputeResult, recompute } from '#worker/recompute/recompute';
import { type CliContext, operatorName, refused } from './context.ts';

const LEASE_MS = 60_000;

/** Adds `toli recompute`. */
export function registerRecomputeCommands(program: Command, context: CliContext): void {
  program
    .command('recompute')
    .description('learn segments and recommendations now, as the night does, and publish what passes its gate')
    .option('--as-of <instant>', 'use orders up to this instant; now unless told', readInstant)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  toli recompute --as-of 2026-11-20\n')
    .action(async (flags: { asOf?: Date; json?: boolean }) => {
      const onProgress = (line: string) => process.stderr.write(`${line}\n`);
      const options = { onProgress, ...(flags.asOf ? { asOf: flags.asOf } : {}) };
      const act = { actor: operatorName(), verb: 'recompute' };
      const job = { job: 'recompute', owner: newOwner(), leaseMs: LEASE_MS };
      const outcome = await context.withDeps((deps) =>
        audited(
          deps,
          act,
          () => withJob(deps, job, (lease) => recompute(deps, lease, options)),
          (done) => done.kind !== 'held' && done.result.state === 'published',
        ),
      );
      if (outcome.kind === 'held') {
        refused();
        return context.print(
          outcome,
          [`Another process is recomputing (${outcome.by}). Try again when it is done.`],
          flags,
        );
      }
      if (outcome.result.state !== 'published') refused();
      return context.print(outcome.result, linesOf(outcome.result), flags);
    });
}

function readInstant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Give a date such as 2026-11-20 or 2026-11-20T03:30Z.');
  return at;
}

function linesOf({ runId, state, orders, rows, seconds, markets, otherCurrency }: RecomputeResult): string[] {
  const head = `${runId} ${state}: ${orders} orders, ${rows} rows, ${seconds} s`;
  const skipped =
    otherCurrency > 0 ? [`${otherCurrency} orders in another currency than their market's were left out`] : [];
  if (markets.length === 0) return [head, 'There are no confirmed orders to learn from; nothing changed.'];
  return [head, ...skipped, ...markets.flatMap(linesOfMarket)];
}

function linesOfMarket({ market, customers, products, again, new: fresh, segments }: MarketReport): string[] {
  const gate = (name: string, { reason, championMean, rivalMean, bound, required, n }: MarketReport['again']) =>
    `  ${name.padEnd(6)} ${reason}: ${round(championMean)} against ${round(rivalMean)}, lower bound ${round(bound)} (needs ${round(required)}), ${n} customers`;
  return [
    `${market}: ${customers} customers, ${products} products`,
    gate('again', again),
    gate('new', fresh),
    `  segments ${segments.reason}${segments.chosen ? ` (${segments.chosen})` : ''}`,
  ];
}

function round(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : '–';
}
