import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { audited } from '#domain/audits';
import { type ImportResult, importOnlineRetail } from '#worker/import/online-retail';
import { type CliContext, operatorName } from './context.ts';

interface ImportFlags {
  readonly dryRun?: boolean;
  readonly endAt?: Date;
  readonly deals?: number;
  readonly json?: boolean;
}

/** Adds `toli import`. */
export function registerImportCommands(program: Command, context: CliContext): void {
  const group = program.command('import').description("read a shop's export into orders, customers and products");
  group
    .command('online-retail')
    .description('import the UCI Online Retail data set; run again to go on or to change nothing')
    .argument('<path>', 'a .tar.gz of CSV files, a folder of them, or one CSV')
    .option('--dry-run', 'read and count everything, write nothing')
    .option(
      '--end-at <day>',
      'move all dates by whole weeks so that they end in the week before: today or 2026-11-22',
      readDay,
    )
    .option(
      '--deals <count>',
      'open deals on so many of the products most bought in the last 30 imported days',
      readCount,
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  toli import online-retail by-day-csv.tar.gz --end-at today --deals 40\n')
    .action(async (path: string, flags: ImportFlags) => {
      const tell = progressTeller();
      const result = await context.withDeps((deps) => {
        const endAt = flags.endAt && flags.endAt.getTime() === TODAY ? deps.clock.now() : flags.endAt;
        const read = () =>
          importOnlineRetail(deps, {
            path,
            ...(endAt ? { endAt } : {}),
            ...(flags.deals ? { deals: flags.deals } : {}),
            ...(flags.dryRun ? { dryRun: true } : {}),
            onProgress: ({ files, rows, rowsPerSecond }) =>
              tell(`${files} files, ${rows} rows, ${rowsPerSecond} rows/s`),
          });
        const act = { actor: operatorName(), verb: 'import online-retail', target: basename(path) };
        return flags.dryRun ? read() : audited(deps, act, read);
      });
      context.print(result, linesOf(result), flags);
    });
}

/** Stands for business now, which only the database knows. */
const TODAY = 0;
const TELL_EVERY_MS = 1000;

function readDay(text: string): Date {
  if (text === 'today') return new Date(TODAY);
  const day = new Date(text);
  if (Number.isNaN(day.getTime())) throw new InvalidArgumentError('Give "today" or a day such as 2026-11-22.');
  return day;
}

function readCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Give a whole number up to 9999.');
  return Number(text);
}

/** Writes a line to stderr at most once a second. */
function progressTeller(): (line: string) => void {
  let last = Date.now();
  return (line) => {
    if (Date.now() - last < TELL_EVERY_MS) return;
    last = Date.now();
    process.stderr.write(`${line}\n`);
  };
}

function linesOf({ counts, shiftWeeks, deals, seconds, dryRun, note }: ImportResult): string[] {
  return [
    `${dryRun ? 'Would import' : 'Imported'} ${counts['rows']} rows in ${seconds} s; dates moved by ${shiftWeeks} weeks.`,
    ...Object.entries(counts).map(([name, count]) => `  ${name.padEnd(18)} ${count}`),
    ...(deals.length > 0 ? [`Deals: ${deals.join(', ')}`] : []),
    ...(note ? [note] : []),
  ];
}
