import { Worker } from 'node:worker_threads';
import type { MarketResult } from './compute-market.ts';
import type { ThreadInput } from './compute-thread.ts';

/** Computes markets in a thread of its own, so that nothing else waits for it. Rejects when the thread fails or is stopped. */
export function computeInThread(
  input: ThreadInput,
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<MarketResult[]> {
  signal?.throwIfAborted();
  const thread = new Worker(new URL('./compute-thread.mjs', import.meta.url), { workerData: input });
  const stop = () => void thread.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  const results = new Promise<MarketResult[]>((resolve, reject) => {
    thread.on('message', (message: { line: string } | { results: MarketResult[] }) => {
      if ('line' in message) onProgress(message.line);
      else resolve(message.results);
    });
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the computing thread ended with ${code} before its results`)));
  });
  return results.finally(() => signal?.removeEventListener('abort', stop));
}
