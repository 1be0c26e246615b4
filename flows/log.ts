import type { DealView } from '#domain/deals';
import { logInteractions } from '#domain/interactions';
import type { InteractionDoc } from '#models/interaction';
import type { FlowContext } from './context.ts';

type Facts = Pick<InteractionDoc, 'dealId' | 'productId' | 'orderId' | 'teamId' | 'data'>;

/** Logs one thing that happened in this turn; the same turn run again logs nothing new. */
export async function logged(context: FlowContext, kind: InteractionDoc['kind'], facts: Facts): Promise<void> {
  const { inboxId, customer, now } = context;
  const _id = ['i', inboxId, kind, facts.dealId ?? facts.orderId ?? ''].join(':');
  await logInteractions([{ _id, customerId: customer._id, kind, at: now, ...facts }]);
}

/** Logs that a deal was looked at. */
export async function viewedDeal(context: FlowContext, { deal, product }: DealView): Promise<void> {
  await logged(context, 'view', { dealId: deal._id, productId: product._id });
}
