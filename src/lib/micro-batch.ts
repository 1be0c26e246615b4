/** Describes how items are gathered: for how long at most (ms), how many at most, and how many batches run at once. */
export interface MicroBatchOptions<T, R> {
  readonly maxDelayMs: number;
  readonly maxSize: number;
  /** Batches that may run at the same time, 1 unless told; what comes meanwhile is gathered for the next. */
  readonly concurrency?: number;
  /** Does one batch; returns one result per item, in the items' order. A rejection rejects every item of the batch. */
  readonly run: (items: T[]) => Promise<R[]>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a function that does single items in batches and resolves with the item's own result.
 * Items keep their order. With nothing waiting there is no timer. A `run` that returns another number of results
 * than it got items rejects them all.
 */
export function microBatch<T, R>(options: MicroBatchOptions<T, R>): (item: T) => Promise<R> {
  const { maxDelayMs, maxSize, concurrency = 1 } = options;
  let waiting: Waiting<T, R>[] = [];
  let running = 0;
  let timer: NodeJS.Timeout | undefined;

  const stopTimer = () => {
    clearTimeout(timer);
    timer = undefined;
  };

  const startBatches = () => {
    stopTimer();
    while (waiting.length > 0 && running < concurrency) {
      const batch = waiting.slice(0, maxSize);
      waiting = waiting.slice(maxSize);
      running += 1;
      void settle(batch, options.run).then(() => {
        running -= 1;
        startBatches();
      });
    }
  };

  return (item) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running >= concurrency) return;
      if (waiting.length >= maxSize) startBatches();
      else timer ??= setTimeout(startBatches, maxDelayMs);
    });
}

async function settle<T, R>(batch: readonly Waiting<T, R>[], run: (items: T[]) => Promise<R[]>): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item));
    if (results.length !== batch.length)
      throw new Error(`micro-batch: ${batch.length} items gave ${results.length} results`);
    for (const [index, { resolve }] of batch.entries()) resolve(results[index] as R);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
