/** Is thrown for words that cannot be meant: nothing was done, and the exit code is 2. The message says what to type. */
export class UsageError extends Error {
  readonly code = 'usage';
}

/** Is thrown when what was asked for cannot be done: nothing was done, and the exit code is 1. */
export class RefusedError extends Error {
  readonly code = 'refused';
}
