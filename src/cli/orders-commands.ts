import { type Command, Option } from 'commander';
import { audited } from '#domain/audits';
import type { Deps } from '#domain/deps';
import { listOrders } from '#domain/order-list';
import { markDelivered, type RefundOrderOutcome, refundOrder, returnWindowEnds } from '#domain/orders';
import { productById } from '#domain/products';
import { formatMoney } from '#lib/money';
import { ORDER_STATES, type OrderDoc, type OrderState } from '#models/order';
import { type CliContext, operatorName, refused } from './context.ts';
import { readCount } from './read-count.ts';
import { showInstant } from './read-instant.ts';
import { whichCustomer } from './which-customer.ts';
import { whichOrder } from './which-order.ts';

interface Json {
  readonly json?: boolean;
}

/** Adds `toli orders list|deliver|refund`. */
export function registerOrderCommands(program: Command, context: CliContext): void {
  const orders = program.command('orders').description('hand orders over, take them back, see them');
  addList(orders, context);
  addDeliver(orders, context);
  addRefund(orders, context);
}

interface ListFlags extends Json {
  readonly state?: OrderState;
  readonly toDeliver?: boolean;
  readonly customer?: string;
  readonly last: number;
}

function addList(orders: Command, context: CliContext): void {
  orders
    .command('list')
    .description('list orders, newest first')
    .addOption(new Option('--state <state>', 'only in this state').choices(ORDER_STATES))
    .option('--to-deliver', 'only purchases that are still to be handed over, with the place')
    .option('--customer <who>', "one customer's, imported ones too: a phone number, a customer id or an import id")
    .option('--last <count>', 'at most so many', readCount(1, 10_000), 50)
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli orders list --to-deliver\n')
    .action(async (flags: ListFlags) => {
      const rows = await context.withDeps(async (deps) => {
        const { state, toDeliver, customer, last: limit } = flags;
        const wish = {
          limit,
          ...(state ? { state } : {}),
          ...(toDeliver ? { undelivered: true } : {}),
          ...(customer ? { customerId: (await whichCustomer(deps, customer))._id } : {}),
        };
        return (await listOrders(wish)).map((order) => rowOf(deps, order));
      });
      const lines = rows.map((row) => orderLine(row, flags.toDeliver ?? false));
      context.print(rows, lines.length > 0 ? lines : ['No orders.'], flags);
    });
}

function rowOf(deps: Deps, order: OrderDoc) {
  const { _id: id, attempt: _attempt, seatRev: _rev, ...rest } = order;
  return { ...rest, id, zone: deps.rulesOf(order.market).zone };
}

function orderLine(row: ReturnType<typeof rowOf>, withPlace: boolean): string {
  const what = row.lines.map(({ productId, quantity }) => `${quantity} × ${productId}`).join(', ');
  const goods = row.fulfilment.state === 'none' ? '' : row.fulfilment.state;
  const place = withPlace && row.place ? `${row.place.text} ${row.place.pinCode}` : '';
  const when = showInstant(row.placedAt, row.zone);
  return [
    row.code,
    row.state,
    goods,
    formatMoney(row.total, row.currency),
    what,
    row.method,
    when,
    row.customerId,
    place,
  ]
    .filter(Boolean)
    .join('  ');
}

/** Is what marking a delivery came to; the return window runs until `returnUntil`. */
type Delivered =
  | { readonly kind: 'delivered'; readonly order: string; readonly deliveredAt: Date; readonly returnUntil: Date }
  | { readonly kind: 'not-confirmed'; readonly order: string; readonly state: OrderState };

function addDeliver(orders: Command, context: CliContext): void {
  orders
    .command('deliver')
    .description('mark an order as handed over, which starts its return window; again it changes nothing')
    .argument('<order>', 'its code, as the customer reads it out, or its id')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExample:\n  toli orders deliver K7PM2QX\n')
    .action(async (which: string, options: Json) => {
      const { outcome, zone } = await context.withDeps(async (deps) => {
        const order = await whichOrder(which);
        const act = { actor: operatorName(), verb: 'orders deliver', target: order._id };
        const done = await audited(
          deps,
          act,
          () => deliver(deps, order),
          ({ kind }) => kind === 'delivered',
        );
        return { outcome: done, zone: deps.rulesOf(order.market).zone };
      });
      if (outcome.kind !== 'delivered') refused();
      context.print(outcome, [deliveredLine(outcome, zone)], options);
    });
}

async function deliver(deps: Deps, order: OrderDoc): Promise<Delivered> {
  const outcome = await markDelivered(deps, { orderId: order._id, actor: operatorName() });
  if (outcome.kind !== 'delivered') return { kind: 'not-confirmed', order: order.code, state: order.state };
  const { fulfilment, lines, market, code } = outcome.order;
  const deliveredAt = fulfilment.deliveredAt ?? deps.clock.now();
  const product = await productById(lines[0]?.productId ?? '');
  const until = returnWindowEnds(outcome.order, product?.category ?? '', deps.rulesOf(market));
  return { kind: 'delivered', order: code, deliveredAt, returnUntil: until ?? deliveredAt };
}

function deliveredLine(outcome: Delivered, zone: string): string {
  if (outcome.kind === 'delivered')
    return `Order ${outcome.order} was handed over on ${showInstant(outcome.deliveredAt, zone)}; it can be returned until ${showInstant(outcome.returnUntil, zone)}.`;
  return `Refused: order ${outcome.order} is ${outcome.state}. Only a purchase whose team succeeded can be handed over.`;
}

function addRefund(orders: Command, context: CliContext): void {
  orders
    .command('refund')
    .description('take a purchase back: its money goes home, or, with cash not collected yet, the order is released')
    .argument('<order>', 'its code, as the customer reads it out, or its id')
    .option('--reason <text>', 'why, for the record', 'operator')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExample:\n  toli orders refund K7PM2QX --reason "arrived broken"\n')
    .action(async (which: string, options: Json & { reason: string }) => {
      const { reason } = options;
      const actor = operatorName();
      const { outcome, order } = await context.withDeps(async (deps) => {
        const found = await whichOrder(which);
        const act = { actor, verb: 'orders refund', target: found._id, before: { reason } };
        const done = await audited(
          deps,
          act,
          () => refundOrder(deps, { orderId: found._id, actor, reason }),
          ({ kind }) => kind === 'refunding' || kind === 'released',
        );
        return { outcome: done, order: found };
      });
      if (outcome.kind !== 'refunding' && outcome.kind !== 'released') refused();
      const shown = { ...outcome, order: order.code, currency: order.currency };
      context.print(shown, [refundLine(outcome, order)], options);
    });
}

function refundLine(outcome: RefundOrderOutcome, { code, currency, state }: OrderDoc): string {
  switch (outcome.kind) {
    case 'refunding':
      return `Order ${code}: ${formatMoney(outcome.amount, currency)} goes back. What you have to transfer yourself is in "toli refund list".`;
    case 'released':
      return `Order ${code} is released; nothing had been paid.`;
    case 'not-refundable':
      return `Refused: order ${code} is ${state}. Only a purchase whose team succeeded can be taken back, and only once.`;
    case 'unknown':
      return `Refused: there is no order ${code}.`;
    default:
      return outcome satisfies never;
  }
}
