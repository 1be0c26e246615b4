import { userInfo } from 'node:os';
import type { Deps } from '#domain/deps';
import type { ConnectedDatabase } from '#lib/database-connect';

/** Says how a command prints: JSON for programs, lines for people. */
export interface PrintOptions {
  readonly json?: boolean;
}

/** Is what every command of `toli` gets handed in. */
export interface CliContext {
  /** Opens the database, does the work and closes it again, also when the work throws. */
  withDeps<T>(work: (deps: Deps) => Promise<T>): Promise<T>;
  /** Prints a result as JSON or as lines. */
  print(result: unknown, lines: readonly string[], options: PrintOptions): void;
  /** Connects the database alone, for commands about the database itself. */
  connect(): Promise<ConnectedDatabase>;
  /** Chats as a shopper in this terminal until she quits. */
  terminalChat(options: { readonly phone: string; readonly url: string }): Promise<void>;
}

/** Names the market whose clock is shown where a line names none. */
export const HOME_MARKET = 'IN';

/** Names who is at the keyboard, for the audit row. */
export function operatorName(): string {
  return process.env['TOLI_OPERATOR'] ?? userInfo().username;
}

/** Marks the command as refused, so that a script sees it in the exit code. */
export function refused(): void {
  process.exitCode = 1;
}
