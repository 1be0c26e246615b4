import type { Option, Reply } from '#conversation/flow';
import { picked } from '#conversation/parse';
import { end, goto, startFlow, step } from '#conversation/step';
import { dealById } from '#domain/deals';
import { orderById, ordersOf } from '#domain/orders';
import { teamView } from '#domain/teams';
import type { OrderDoc } from '#models/order';
import type { FlowContext, ToliFlow } from './context.ts';
import { idIn } from './deal-lines.ts';
import { orderState } from './order-state.ts';
import { instant, money, named, option, within } from './say.ts';

const ORDERS_SHOWN = 5;

/** Holds which order is looked at. */
type MyOrders = { readonly orderId?: string };

const list = step({
  choice: true,
  async ask(_data: MyOrders, { customer }: FlowContext) {
    const orders = await ordersOf(customer._id, ORDERS_SHOWN);
    if (orders.length === 0) return startFlow('browse', { from: 0 }, { replies: [{ copy: 'my-orders.none' }] });
    return { replies: [{ copy: 'my-orders.ask' }], options: orders.map(lineOf) };
  },
  parse: picked(),
  async then(_data: MyOrders, { id }: Option) {
    return goto('one', { orderId: idIn(id, 'order') ?? '' });
  },
});

function lineOf(order: OrderDoc): Option {
  const params = {
    order: order.code,
    total: money(order.total, order.currency),
    at: instant(order.placedAt),
    state: within(orderState(order)),
  };
  return { id: `order:${order._id}`, label: { copy: 'my-orders.line', params } };
}

async function card(order: OrderDoc, { deps }: FlowContext): Promise<readonly Reply[]> {
  const view = order.dealId === undefined ? null : await dealById(deps, order.dealId);
  const params = {
    order: order.code,
    ...(view ? { name: named(view.product) } : {}),
    units: order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    total: money(order.total, order.currency),
    at: instant(order.placedAt),
    state: within(orderState(order)),
    place: order.place ? `${order.place.text} ${order.place.pinCode}` : '',
  };
  if (!view) return [{ copy: 'my-orders.card-shop', params }];
  return [{ copy: order.place ? 'my-orders.card-place' : 'my-orders.card', params }];
}

const one = step({
  choice: true,
  async ask({ orderId = '' }: MyOrders, context: FlowContext) {
    const order = await orderById(orderId);
    if (!order || order.customerId !== context.customer._id) return end({ copy: 'my-orders.none' });
    const view = order.teamId === undefined ? null : await teamView(context.deps, order.teamId);
    const options = [
      ...(order.state === 'placed' ? [option('pay', 'my-team.pay')] : []),
      ...(view?.team.kind === 'team' ? [option('team', 'my-orders.team')] : []),
      option('list', 'my-orders.list'),
    ];
    return { replies: await card(order, context), options };
  },
  parse: picked(),
  async then({ orderId = '' }: MyOrders, { id }: Option) {
    if (id === 'pay') return startFlow('pay', { orderId });
    if (id === 'list') return goto('list', {});
    const order = await orderById(orderId);
    return startFlow('my-team', order?.teamId === undefined ? {} : { teamId: order.teamId });
  },
});

/** Shows her last orders and where each one is. */
export const myOrders: ToliFlow<MyOrders> = { name: 'my-orders', version: 1, start: 'list', steps: { list, one } };
