import { Argument, type Command } from 'commander';
import { type CheckResult, checkDatabase, checkKillDurability } from '#lib/database-conformance';
import { currentDatabase } from '#lib/database-connect';
import { type CopyProgress, type Counts, dumpDatabase, restoreDatabase } from '#lib/database-dump';
import type { DatabaseDescription } from '#lib/embedded-database/open';
import { type CliContext, refused } from './context.ts';

type DbContext = Pick<CliContext, 'connect' | 'print'>;

interface Json {
  readonly json?: boolean;
}

/** Adds the verbs that copy, check and describe the database. */
export function registerDbCommands(program: Command, context: DbContext): void {
  const db = program.command('db').description('copy the database to another MongoDB, check a MongoDB, or describe it');
  addDump(db, context);
  addRestore(db, context);
  addConformance(db, context);
  addInfo(db, context);
}

function addDump(db: Command, context: DbContext): void {
  db.command('dump')
    .description('write every collection with its indexes to one compressed file (it holds personal data)')
    .addArgument(new Argument('<file.gz>', 'the file to write'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nStop Toli first, or rows written meanwhile may be missing.\n\nExample:\n  toli db dump toli.gz',
    )
    .action(async (path: string, options: Json) => {
      const rows = await connected(context, () => dumpDatabase(currentDatabase(), path, progress('dumped')));
      context.print(
        { file: path, rows },
        [`${sum(rows)} rows of ${Object.keys(rows).length} collections are in ${path}.`],
        options,
      );
    });
}

function addRestore(db: Command, context: DbContext): void {
  db.command('restore')
    .description('bring a dump into an empty database, on any MongoDB')
    .addArgument(new Argument('<file.gz>', 'a file written by "toli db dump"'))
    .option('--force', 'empty a database that holds rows first; what it held is lost')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  MONGODB_URI=mongodb://127.0.0.1:27017/toli toli db restore toli.gz')
    .action(async (path: string, options: Json & { force?: boolean }) => {
      const settings = { force: options.force ?? false, onProgress: progress('restored') };
      const outcome = await connected(context, () => restoreDatabase(currentDatabase(), path, settings));
      if (outcome.kind === 'restored') {
        return context.print(
          outcome,
          [`${sum(outcome.rows)} rows of ${Object.keys(outcome.rows).length} collections are restored.`],
          options,
        );
      }
      refused();
      const held = outcome.collections.join(', ');
      context.print(
        outcome,
        [`Nothing was restored: the database holds rows (${held}). Add --force to empty it first.`],
        options,
      );
    });
}

function addConformance(db: Command, context: DbContext): void {
  db.command('conformance')
    .description('check a MongoDB for everything Toli relies on, in a scratch database of its own')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  MONGODB_URI=mongodb://db.example:27017/toli toli db conformance')
    .action(async (options: Json) => {
      const tell = (result: CheckResult) => options.json || console.log(resultLine(result));
      const { description, checks } = await connected(context, async (about) => {
        const results = await checkDatabase(currentDatabase(), tell);
        return { description: about, checks: results };
      });
      if (description.way !== 'given') checks.push(told(await checkKillDurability(), tell));
      const failed = checks.filter((check) => !check.ok).length;
      if (failed > 0) refused();
      const report = { ok: failed === 0, server: description.server, version: description.version, checks };
      context.print(report, [`${checks.length - failed} passed, ${failed} failed on ${named(description)}`], options);
    });
}

function addInfo(db: Command, context: DbContext): void {
  db.command('info')
    .description('say which database server is used, how durable it is, and what it holds')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  toli db info --json')
    .action(async (options: Json) => {
      const info = await connected(context, async (about) => ({ ...about, ...(await holdings()) }));
      const rows = Object.entries(info.rows).map(([name, count]) => `  ${name}: ${count}`);
      const server = `${named(info)}, got by way of ${info.way}; durability: ${info.durability}`;
      context.print(info, [server, `Database ${info.database}:`, ...rows], options);
    });
}

async function holdings(): Promise<{ database: string; rows: Counts }> {
  const rows: Counts = {};
  const names = (await currentDatabase().listCollections().toArray()).map((each) => each.name).sort();
  for (const name of names) rows[name] = await currentDatabase().collection(name).countDocuments();
  return { database: currentDatabase().databaseName, rows };
}

async function connected<T>(context: DbContext, work: (description: DatabaseDescription) => Promise<T>): Promise<T> {
  const { description, close } = await context.connect();
  try {
    return await work(description);
  } finally {
    await close();
  }
}

function progress(verb: string): CopyProgress {
  return (collection, rows) => console.error(`  ${collection}: ${rows} rows ${verb}`);
}

function told(result: CheckResult, tell: (result: CheckResult) => unknown): CheckResult {
  tell(result);
  return result;
}

function resultLine({ ok, name, ms, reason }: CheckResult): string {
  return ok ? `ok    ${name} (${ms} ms)` : `FAIL  ${name}: ${reason}`;
}

function named(description: DatabaseDescription): string {
  return `${description.server} ${description.version}`;
}

function sum(rows: Counts): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
