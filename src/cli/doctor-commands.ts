import type { Command } from 'commander';
import { type Diagnosis, diagnose } from '#domain/doctor';
import { type CliContext, refused } from './context.ts';

/** Adds `toli doctor`. */
export function registerDoctorCommands(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('look at every invariant in the database; exit code 1 when one is broken')
    .option('--json', 'print JSON: {ok, checks: [{id, ok, count, examples}]}')
    .addHelpText('after', '\nExample:\n  toli doctor --json')
    .action(async (options: { json?: boolean }) => {
      const diagnosis = await context.withDeps((deps) => diagnose(deps));
      context.print(diagnosis, linesOf(diagnosis), options);
      if (!diagnosis.ok) refused();
    });
}

const SIGNS = { true: 'ok      ', false: 'BROKEN  ', null: 'unseen  ' } as const;

function linesOf({ ok, checks }: Diagnosis): string[] {
  const lines = checks.flatMap((check) => [
    `${SIGNS[`${check.ok}`]} ${check.id.padEnd(14)} ${check.what}`,
    ...(check.reason ? [`${' '.repeat(24)}${check.reason}`] : []),
    ...check.examples.map((example) => `${' '.repeat(24)}${example}`),
    ...(check.count > check.examples.length ? [`${' '.repeat(24)}… ${check.count} in all`] : []),
  ]);
  return [...lines, '', ok ? 'Nothing is known to be wrong.' : 'Something is broken; see the lines marked BROKEN.'];
}
