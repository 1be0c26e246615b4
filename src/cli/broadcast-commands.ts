import type { Command } from 'commander';
import { audited } from '#domain/audits';
import { type BroadcastOutcome, broadcastDeal, dryRun } from '#domain/broadcasts';
import { dealById, dealByNumber } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { type CliContext, operatorName, refused } from './context.ts';

interface BroadcastFlags {
  readonly deal: string;
  readonly segment: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Adds `toli broadcast`. */
export function registerBroadcastCommands(program: Command, context: CliContext): void {
  program
    .command('broadcast')
    .description('send a deal to a segment of the active run; sent again it reaches nobody twice')
    .requiredOption('--deal <deal>', 'the number people type after DEAL, or the id of a deal')
    .requiredOption('--segment <name>', 'a segment, e.g. Champions or rule:Champions')
    .option('--dry-run', 'say who falls out and why, send nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  toli broadcast --deal 7 --segment Champions --dry-run\n')
    .action(async (flags: BroadcastFlags) => {
      const outcome = await context.withDeps((deps) => run(deps, flags));
      if (outcome.kind !== 'ok') refused();
      context.print(outcome, linesOf(outcome), flags);
    });
}

async function run(deps: Deps, { deal, segment, dryRun: dry }: BroadcastFlags): Promise<BroadcastOutcome> {
  const view = /^\d+$/.test(deal) ? await dealByNumber(deps, Number(deal)) : await dealById(deps, deal);
  if (!view) return { kind: 'no-deal' };
  const request = { dealId: view.deal._id, segment };
  if (dry) return dryRun(deps, request);
  const act = { actor: operatorName(), verb: 'broadcast', target: `${view.deal._id} ${segment}` };
  return audited(
    deps,
    act,
    () => broadcastDeal(deps, request),
    ({ kind }) => kind === 'ok',
  );
}

function linesOf(outcome: BroadcastOutcome): string[] {
  switch (outcome.kind) {
    case 'ok':
      return [
        `DEAL ${outcome.dealNumber} (${outcome.product}) to ${outcome.audience} people: ${outcome.sendable} ${outcome.dryRun ? 'would be sent' : 'queued'}, ${outcome.later} of them after quiet hours`,
        ...Object.entries(outcome.fallOut).map(([reason, people]) => `  ${reason.padEnd(18)} ${people}`),
      ];
    case 'no-deal':
      return ['There is no such deal. `toli deal list` shows them.'];
    case 'no-run':
      return ['No run is active, so nobody is in a segment yet. Run `toli recompute` first.'];
    case 'no-segment':
      return [`Nobody is in that segment. There are: ${outcome.segments.join(', ')}.`];
    default:
      return outcome satisfies never;
  }
}
