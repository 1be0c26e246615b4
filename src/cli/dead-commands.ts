import type { Command } from 'commander';
import { audited } from '#domain/audits';
import { deadRows, replayDead } from '#domain/inbox';
import { UsageError } from './cli-error.ts';
import { type CliContext, HOME_MARKET, operatorName } from './context.ts';
import { showInstant } from './read-instant.ts';

interface Json {
  readonly json?: boolean;
}

/** Adds the verbs for messages that were laid aside after their last failed try. */
export function registerDeadCommands(program: Command, context: CliContext): void {
  const dead = program.command('dead').description('look at messages that could not be handled, and try them again');
  dead
    .command('list')
    .description('list dead messages, newest first')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  toli dead list\n')
    .action(async (options: Json) => {
      const { rows, zone } = await context.withDeps(async (deps) => {
        return { rows: await deadRows(), zone: deps.rulesOf(HOME_MARKET).zone };
      });
      const shown = rows.map(({ _id, channel, mask, kind, reason, receivedAt, attempts }) => {
        return { id: _id, channel, from: mask, kind, reason, receivedAt, attempts };
      });
      const lines = shown.map(
        (row) => `${row.id}  ${showInstant(row.receivedAt, zone)}  ${row.from}  ${row.kind}  ${row.reason}`,
      );
      context.print(shown, lines.length ? lines : ['No dead messages.'], options);
    });
  dead
    .command('replay [ids...]')
    .description('put dead messages back in line')
    .option('--all', 'all of them')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  toli dead replay --all')
    .action(async (ids: string[], options: Json & { all?: boolean }) => {
      if (!options.all && ids.length === 0) throw new UsageError('Name the messages, or give --all.');
      const which = options.all ? 'all' : ids;
      const replayed = await context.withDeps((deps) =>
        audited(deps, { actor: operatorName(), verb: 'dead replay', target: String(which) }, () => replayDead(which)),
      );
      context.print({ replayed }, [`${replayed} put back in line.`], options);
    });
}
