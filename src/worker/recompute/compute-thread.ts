import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { computeMarket } from './compute-market.ts';
import type { MarketData } from './market-data.ts';

/** Is what the thread is given and what it sends back. */
export interface ThreadInput {
  readonly markets: readonly MarketData[];
  readonly asOf: number;
}

const LOW_PRIORITY = 10;

/** Computes every market in this thread, which gives way to chats where the system allows it. */
function work({ markets, asOf }: ThreadInput): void {
  lowerPriority();
  const tell = (line: string) => parentPort?.postMessage({ line });
  parentPort?.postMessage({ results: markets.map((data) => computeMarket(data, asOf, tell)) });
}

/** On Linux a thread has a priority of its own; elsewhere this would slow the whole process. */
function lowerPriority(): void {
  if (process.platform === 'linux') setPriority(0, LOW_PRIORITY);
}

if (parentPort) work(workerData as ThreadInput);
