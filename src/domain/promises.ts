import { nativeCollection } from '#lib/mongo';
import { Order } from '#models/order';
import { Refund } from '#models/refund';
import type { Deps } from './deps.ts';

/** A promise is shown while there is still a day to keep it. */
const AHEAD_MS = 24 * 3600_000;

/** Is money that may come back later than was promised. Amount in minor units. */
export interface PromiseAtRisk {
  readonly orderId: string;
  readonly customerId: string;
  readonly refundBy: Date;
  readonly amount: number;
  readonly currency: string;
  readonly why: 'refund-late' | 'refund-failed' | 'team-late';
}

/** Lists refund promises that are broken or have less than a day left, soonest first. */
export async function promisesAtRisk(deps: Deps): Promise<PromiseAtRisk[]> {
  const before = new Date(deps.clock.now().getTime() + AHEAD_MS);
  const [refunds, held] = await Promise.all([
    nativeCollection(Refund)
      .find({ state: { $in: ['due', 'started', 'manual', 'failed'] } })
      .toArray(),
    nativeCollection(Order)
      .find({ state: 'paid', source: 'chat', refundBy: { $lte: before } })
      .toArray(),
  ]);
  const atRisk = refunds.filter(({ state, refundBy }) => state === 'failed' || refundBy <= before);
  const late = atRisk.map((refund): PromiseAtRisk => {
    const { orderId, customerId, refundBy, amount, currency } = refund;
    return {
      orderId,
      customerId,
      refundBy,
      amount,
      currency,
      why: refund.state === 'failed' ? 'refund-failed' : 'refund-late',
    };
  });
  const waiting = held.map((order): PromiseAtRisk => {
    const { _id: orderId, customerId, due: amount, currency } = order;
    return { orderId, customerId, refundBy: order.refundBy ?? before, amount, currency, why: 'team-late' };
  });
  return [...late, ...waiting].sort((a, b) => Number(a.refundBy) - Number(b.refundBy));
}

/** Logs promises at risk and says how many there are. */
export async function watchPromises(deps: Deps): Promise<{ readonly atRisk: number }> {
  const atRisk = await promisesAtRisk(deps);
  for (const { orderId, refundBy, why } of atRisk.slice(0, 50))
    deps.log.warn({ orderId, refundBy, why }, 'a refund promise is at risk');
  return { atRisk: atRisk.length };
}
