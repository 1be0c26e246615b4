import type { Deps } from './deps.ts';

/** Is money that may come back later than was promised. */
export interface PromiseAtRisk {
  readonly orderId: string;
  readonly customerId: string;
  readonly refundBy: Date;
  readonly amount: number;
  readonly currency: string;
  readonly why: 'refund-late' | 'refund-failed' | 'team-late';
}

/** Lists refund promises that are broken or about to be (less than a day left). */
export async function promisesAtRisk(_deps: Deps): Promise<PromiseAtRisk[]> {
  throw new Error('not yet');
}
/** Logs promises at risk and returns how many there are. */
export async function watchPromises(_deps: Deps): Promise<{ readonly atRisk: number }> {
  throw new Error('not yet');
}
