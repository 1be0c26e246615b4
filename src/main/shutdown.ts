/** After this long (ms) the process ends even when something does not stop. */
const DEADLINE_MS = 9_000;

/** One Ctrl-C can arrive twice, from the terminal and from npm; repeats within this time (ms) are the same one. */
const SAME_SIGNAL_MS = 1_000;

/** Runs the stops in their order at the first Ctrl-C or SIGTERM, then ends with 0; a second one ends at once. */
export function stopOnSignal(stops: readonly (() => Promise<void>)[], say: (line: string) => void): void {
  let since: number | null = null;
  const stop = async () => {
    if (since !== null && Date.now() - since < SAME_SIGNAL_MS) return;
    if (since !== null) process.exit(130);
    since = Date.now();
    say('Stopping: finishing what was begun …');
    const deadline = setTimeout(() => {
      say('Something does not stop; ending anyway. What was stored is safe and will be taken up at the next start.');
      process.exit(1);
    }, DEADLINE_MS);
    for (const one of stops) await one().catch((error: unknown) => say(`While stopping: ${String(error)}`));
    clearTimeout(deadline);
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}
