/** Is a loop that runs one piece of work again and again, never two at once. */
export interface Loop {
  /** Asks for a run as soon as the present one is over. */
  wake(): void;
  /** Stops the loop; resolves once the present run is over. */
  stop(): Promise<void>;
}

/**
 * Runs `work` every `everyMs` (system time), the first time at once. A run that throws is reported and the loop goes on.
 * `work` may answer true to say that there is more to do, which brings the next run at once.
 */
export function repeat(
  everyMs: number,
  work: () => Promise<boolean | undefined>,
  onError: (error: unknown) => void,
): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const run = async (): Promise<void> => {
    let more = false;
    try {
      more = (await work()) === true;
    } catch (error) {
      onError(error);
    }
    running = null;
    if (stopped) return;
    const soon = more || again;
    again = false;
    timer = setTimeout(start, soon ? 0 : everyMs);
  };

  const start = () => {
    if (!stopped && !running) running = run();
  };

  start();
  return {
    wake: () => {
      if (running) again = true;
      else {
        clearTimeout(timer);
        start();
      }
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
