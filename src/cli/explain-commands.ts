import type { Command } from 'commander';
import { explainNext, type Plan, type RecordedOption, stateOfNext } from '#domain/next-messages';
import { segmentOf } from '#domain/segments';
import type { CliContext } from './context.ts';
import { whichCustomer } from './which-customer.ts';

/** Adds `toli explain`. */
export function registerExplainCommands(program: Command, context: CliContext): void {
  program
    .command('explain')
    .description('say what a customer will be told next and why, and why the alternatives lost')
    .argument('<who>', 'a phone number, a customer id or an import id')
    .option('--json', 'print the whole decision as JSON')
    .addHelpText('after', '\nExample:\n  toli explain online-retail:17850\n')
    .action(async (who: string, flags: { json?: boolean }) => {
      const found = await context.withDeps(async (deps) => {
        const customer = await whichCustomer(deps, who);
        const plan = await explainNext(deps, customer._id);
        const waiting = plan ? await stateOfNext(plan) : null;
        return { customer: customer._id, segment: await segmentOf(deps, customer._id), plan, waiting };
      });
      const { plan } = found;
      if (!plan) throw new Error('This customer is gone.');
      const lines = [headOf(found.customer, plan, found.waiting ?? undefined), ...linesOf(plan)];
      const segment = found.segment;
      if (segment) lines.splice(1, 0, `segment: ${segment.cluster ?? '–'} (found), ${segment.rule} (rule)`);
      const { chosen: _chosen, ...shown } = plan;
      context.print({ ...found, plan: shown }, lines, flags);
    });
}

function headOf(customer: string, { excluded, decision, window }: Plan, waiting: string | undefined): string {
  if (waiting)
    return `${customer}: the message of ${window.day} is ${waiting}. Decided anew it would be ${nameOf(decision.chosen)}.`;
  if (excluded)
    return `${customer} gets no marketing now: ${excluded}. Otherwise it would be ${nameOf(decision.chosen)}.`;
  return `${customer} will be told on ${window.day}, not before ${window.notBefore.toISOString()}: ${nameOf(decision.chosen)}.`;
}

function linesOf({ decision }: Plan): string[] {
  return [
    `value: ${decision.chosen.value} minor units of ${decision.currency}; probability ${decision.probability.toFixed(4)}${decision.explored ? ', drawn to explore' : ''}; ε ${decision.epsilon}; seed ${decision.seed}`,
    `lists from: ${decision.modelVersion || 'what sells now (no active run)'}`,
    `${decision.losers.length} alternatives lost:`,
    ...decision.losers
      .slice(0, 20)
      .map((loser) => `  ${nameOf(loser).padEnd(24)} ${String(loser.value).padStart(10)}  ${loser.why ?? ''}`),
  ];
}

function nameOf({ kind, dealNumber, productId }: RecordedOption): string {
  return dealNumber === undefined ? kind : `${kind} DEAL ${dealNumber} (${productId})`;
}
