/** Says why something could not be started or done: the sentence alone for what a user can mend, the whole error otherwise. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  if (code === 'EADDRINUSE')
    return 'The port is taken. Stop what uses it, or set PORT to another one (0 takes any free one).';
  const known = typeof code === 'string' && /^[a-z]+(-[a-z]+)*$/.test(code);
  return known ? error.message : (error.stack ?? error.message);
}
