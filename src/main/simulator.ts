import { createSimulatorChannel, type SimulatorChannel } from '#channels/simulator/channel';
import { advanceClock } from '#domain/clock-offset';
import { dealById } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { type LinkOutcome, linkImport } from '#domain/linked-imports';
import { orderById } from '#domain/orders';
import { recordPaymentEvent } from '#domain/payments';
import { simulatorLog } from '#domain/simulator-log';
import type { MovableClock } from '#lib/clock';
import { addressKey } from '#lib/identity';
import { formatMoney } from '#lib/money';
import { newId } from '#lib/random';
import type { OrderState } from '#models/order';
import type { PayableOrder, SimulatedPayment, SimulatorHandlers } from '#server/simulator/handlers';

/** How often (ms) waiting phones look for what another process wrote to them. */
const LOOK_MS = { bot: 1_000, noBot: 150 } as const;

/** Makes the simulator's channel over the database; `withBot` tells whether the bot that answers is in this process. */
export function simulatorChannel(deps: Deps, withBot: boolean): SimulatorChannel {
  return createSimulatorChannel({
    pollMs: withBot ? LOOK_MS.bot : LOOK_MS.noBot,
    log: simulatorLog({ keyOf: (phone) => addressKey(deps.secrets, 'simulator', phone) }),
    now: () => deps.clock.now(),
    newId: () => newId('m', deps.random),
    onError: (error) => deps.log.error({ err: error }, 'the simulator failed'),
  });
}

/** Connects the simulator's pages to the domain. `afterClock` runs what fell due when the clock was moved. */
export function simulatorHandlers(
  deps: Deps,
  channel: SimulatorChannel,
  clock: MovableClock,
  options: { readonly movable: boolean; readonly afterClock: () => Promise<void> },
): SimulatorHandlers {
  const advance = async (seconds: number) => {
    clock.adopt(await advanceClock(seconds * 1_000));
    await options.afterClock();
  };
  return {
    channel,
    now: () => deps.clock.now(),
    onPayment: (event) => recordSimulated(deps, event),
    order: (orderId) => payable(deps, orderId),
    linkCustomer: async (phone, importId) =>
      linked(await linkImport(deps, { importId, channel: 'simulator', address: phone })),
    ...(options.movable ? { advanceClock: advance } : {}),
  };
}

async function recordSimulated(deps: Deps, event: SimulatedPayment): Promise<void> {
  const order = await orderById(event.orderId);
  const paymentId = event.paymentId ?? newId('pay', deps.random);
  await recordPaymentEvent(deps, {
    provider: 'simulated',
    eventId: newId('evt', deps.random),
    paymentId,
    kind: event.event,
    orderId: event.orderId,
    amount: event.amount ?? order?.due ?? 0,
    currency: event.currency ?? order?.currency ?? 'INR',
    paidAt: event.paidAt ?? deps.clock.now(),
    ...(event.payer ? { payer: event.payer } : {}),
  });
}

/** Says on the pretended payment page how an order stands. */
const STATUS: { readonly [state in OrderState]: string } = {
  placed: 'waits for the money',
  paid: 'paid; waits for the team',
  confirmed: 'paid and bought',
  released: 'the seat was given back',
  'refund-pending': 'the money is on its way back',
  refunded: 'the money went back',
};

async function payable(deps: Deps, orderId: string): Promise<PayableOrder | undefined> {
  const order = await orderById(orderId);
  if (!order) return undefined;
  const view = order.dealId ? await dealById(deps, order.dealId) : null;
  return {
    orderId,
    title: `${view?.product.names['en'] ?? 'Order'} · ${order.code}`,
    amount: order.due,
    currency: order.currency,
    amountText: formatMoney(order.due, order.currency),
    status: STATUS[order.state],
  };
}

function linked(outcome: LinkOutcome): { kind: 'linked' } | { kind: 'refused'; reason: string } {
  switch (outcome.kind) {
    case 'linked':
    case 'already':
      return { kind: 'linked' };
    case 'unknown-import':
      return { kind: 'refused', reason: `No imported customer is known as ${outcome.importId}.` };
    case 'ambiguous':
      return { kind: 'refused', reason: `Several imports know that number: ${outcome.importIds.join(', ')}.` };
    case 'erased':
      return { kind: 'refused', reason: 'This customer asked to be forgotten.' };
    case 'belongs-to-other':
      return { kind: 'refused', reason: 'This phone belongs to another customer with a story of her own.' };
    default:
      return outcome satisfies never;
  }
}
