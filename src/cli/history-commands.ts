import type { Command } from 'commander';
import { historyOf } from '#domain/history';
import type { CliContext } from './context.ts';
import { readCount } from './read-count.ts';
import { showInstant } from './read-instant.ts';
import { whichCustomer } from './which-customer.ts';

/** Adds `toli history`. */
export function registerHistoryCommands(program: Command, context: CliContext): void {
  program
    .command('history')
    .description("tell one person's story: everything that happened with a customer, in order")
    .argument('<who>', 'a phone number, a customer id or an import id')
    .option('--json', 'print every row as JSON')
    .option('--last <count>', 'only the last so many events', readCount(1, 1_000_000))
    .addHelpText('after', '\nExample:\n  toli history +919876543210 --last 20\n')
    .action(async (who: string, options: { json?: boolean; last?: number }) => {
      const story = await context.withDeps(async (deps) => {
        const customer = await whichCustomer(deps, who);
        return { customer: customer._id, zone: customer.zone, events: await historyOf(customer._id) };
      });
      const events = options.last ? story.events.slice(-options.last) : story.events;
      const lines = events.map(
        (event) => `${showInstant(event.at, story.zone)}  ${event.source.padEnd(11)} ${oneLine(event.what)}`,
      );
      const head = `${story.customer}: ${events.length} of ${story.events.length} events`;
      context.print({ ...story, events }, [head, ...lines], options);
    });
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > 200 ? `${flat.slice(0, 199)}…` : flat;
}
