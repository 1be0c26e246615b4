import { vi } from 'vitest';
import type { CliContext } from '#cli/context';
import { runProgram } from '#cli/run';
import type { Deps } from '#domain/deps';

/** Is what one command line came to. */
export interface Ran {
  readonly code: number;
  /** What `--json` prints. */
  readonly result: unknown;
  /** What people are shown. */
  readonly lines: string;
  /** What went to standard error, commander's own words included. */
  readonly errors: string;
}

/** Runs the `toli` command in this process over given dependencies. */
export function toliOver(deps: () => Deps, more: Partial<CliContext> = {}) {
  return async (...words: readonly string[]): Promise<Ran> => {
    const printed: { result: unknown; lines: string }[] = [];
    const errors: string[] = [];
    const said = vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
    const context: CliContext = {
      withDeps: (work) => work(deps()),
      print: (result, lines) =>
        void printed.push({ result: JSON.parse(JSON.stringify(result)), lines: lines.join('\n') }),
      connect: () => Promise.reject(new Error('this test has no database of its own')),
      terminalChat: () => Promise.reject(new Error('this test has no terminal')),
      ...more,
    };
    process.exitCode = 0;
    try {
      const code = await runProgram(context, ['node', 'toli', ...words], (error) =>
        errors.push(error instanceof Error ? error.message : String(error)),
      );
      const { result = null, lines = '' } = printed.at(-1) ?? {};
      return { code, result, lines, errors: errors.join('') };
    } finally {
      process.exitCode = 0;
      said.mockRestore();
    }
  };
}
