import { nativeCollection } from '#lib/mongo';
import { Order } from '#models/order';
import type { PaymentDoc, PaymentQueueName } from '#models/payment';
import { Refund, type RefundDoc } from '#models/refund';
import type { Deps } from './deps.ts';
import { payments } from './payment-money.ts';

/** Is a payment or refund that waits for an operator. Amount in minor units. */
export interface QueuedPayment {
  readonly queue: PaymentQueueName | 'refund-manual';
  readonly paymentKey: string;
  readonly provider: string;
  readonly reference: string;
  readonly orderId?: string;
  readonly orderCode?: string;
  readonly customerId?: string;
  readonly refundId?: string;
  readonly amount: number;
  readonly currency: string;
  readonly since: Date;
  /** By when the money was promised back. */
  readonly refundBy?: Date;
}

/** Lists what waits for an operator, oldest first: sent references, unknown money, wrong amounts, refunds to make. */
export async function paymentQueue(_deps: Deps): Promise<QueuedPayment[]> {
  const [waiting, refunds] = await Promise.all([
    payments()
      .find({ queue: { $exists: true } })
      .sort({ createdAt: 1 })
      .limit(500)
      .toArray(),
    nativeCollection(Refund)
      .find({ state: { $in: ['failed', 'manual'] } })
      .sort({ refundBy: 1 })
      .limit(500)
      .toArray(),
  ]);
  const lines = [...(waiting as PaymentDoc[]).map(paymentLine), ...(refunds as RefundDoc[]).map(refundLine)];
  return withOrders(lines.sort((a, b) => Number(a.since) - Number(b.since)));
}

function paymentLine(payment: PaymentDoc): QueuedPayment {
  const { _id, provider, reference, orderId, customerId, captured, currency, createdAt, refundBy } = payment;
  return {
    queue: payment.queue ?? 'claim',
    paymentKey: _id,
    provider,
    reference,
    ...(orderId ? { orderId } : {}),
    ...(customerId ? { customerId } : {}),
    amount: captured,
    currency,
    since: createdAt,
    ...(refundBy ? { refundBy } : {}),
  };
}

function refundLine(refund: RefundDoc): QueuedPayment {
  return {
    queue: refund.state === 'failed' ? 'refund-failed' : 'refund-manual',
    paymentKey: refund.paymentKey,
    provider: refund.provider,
    reference: refund.paymentReference,
    orderId: refund.orderId,
    customerId: refund.customerId,
    refundId: refund._id,
    amount: refund.amount,
    currency: refund.currency,
    since: refund.createdAt,
    refundBy: refund.refundBy,
  };
}

/** Puts the code to each line, and to a sent reference what its order asks for. */
async function withOrders(lines: readonly QueuedPayment[]): Promise<QueuedPayment[]> {
  const ids = lines.flatMap((line) => line.orderId ?? []);
  const orders = await nativeCollection(Order)
    .find({ _id: { $in: ids } }, { projection: { code: 1, due: 1 } })
    .toArray();
  const byId = new Map(orders.map((order) => [order._id, order]));
  return lines.map((line) => {
    const order = byId.get(line.orderId ?? '');
    if (!order) return line;
    return { ...line, orderCode: order.code, ...(line.queue === 'claim' ? { amount: order.due } : {}) };
  });
}
