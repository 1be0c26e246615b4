import { CommanderError } from 'commander';
import { UsageError } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { buildProgram } from './program.ts';

/**
 * Runs one command line and says its exit code: 0 done, 1 refused or failed, 2 not understood. What commander does not
 * print itself goes to `tell`.
 */
export async function runProgram(
  context: CliContext,
  argv: readonly string[],
  tell: (error: unknown) => void,
): Promise<number> {
  try {
    await buildProgram(context).parseAsync([...argv]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    tell(error);
    return error instanceof UsageError ? 2 : 1;
  }
}
