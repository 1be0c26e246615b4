import type { CopyValue, Input, Next, Option, Reply } from '#conversation/flow';
import { either, picked, reference, yesNo } from '#conversation/parse';
import { goto, startFlow, stay, step } from '#conversation/step';
import type { Deps } from '#domain/deps';
import { orderById } from '#domain/orders';
import { claimUpi, paymentRequest } from '#domain/payments';
import { agreeCod, cancelOrder, type TeamView, teamView } from '#domain/teams';
import type { OrderDoc } from '#models/order';
import type { PaymentRequest } from '#ports/payment';
import { fewest } from './buy-data.ts';
import type { FlowContext, ToliFlow } from './context.ts';
import { logged } from './log.ts';
import { orderState } from './order-state.ts';
import { instant, money, named, option, within, YES_NO } from './say.ts';

/** A UPI reference has twelve digits. */
const REFERENCE_DIGITS = 12;

/** Holds the order that is to be paid. */
type Pay = { readonly orderId: string };

interface Owed {
  readonly order: OrderDoc;
  readonly view: TeamView;
}

async function owedFor({ orderId }: Pay, { deps }: FlowContext): Promise<Owed | null> {
  const order = await orderById(orderId);
  const view = order?.teamId === undefined ? null : await teamView(deps, order.teamId);
  return order && view ? { order, view } : null;
}

/** Leaves the payment for what became of the order meanwhile. */
function settled(owed: Owed | null): Next<never> {
  if (!owed) return startFlow('menu', {}, { replies: [{ copy: 'pay.gone' }], forget: true });
  const { order, view } = owed;
  if (order.state === 'released')
    return startFlow('deal', { dealId: view.deal._id }, { replies: [{ copy: 'pay.released' }], forget: true });
  const moving = { replies: [whereItIs(order)], forget: true };
  if (view.team.kind === 'solo') return startFlow('my-orders', {}, moving);
  return startFlow('my-team', { teamId: view.team._id }, moving);
}

function whereItIs(order: OrderDoc): Reply {
  if (order.state === 'paid' || order.state === 'confirmed') return { copy: 'pay.received' };
  return { copy: 'pay.state', params: { order: order.code, state: within(orderState(order)) } };
}

const noWayToPay = () => startFlow('menu', {}, { replies: [{ copy: 'buy.no-method' }], forget: true });

function seatOf({ order, view }: Owed) {
  return view.team.seats.find(({ orderId }) => orderId === order._id);
}

/** Says by when the money is back if it comes to nothing; always said before asking for it. */
function promise({ order, view }: Owed): Reply {
  const by = instant(order.refundBy ?? view.deal.endsAt);
  const params = { by, total: money(order.due, order.currency) };
  const members = fewest(view.team.ladder);
  if (view.team.kind === 'solo') return { copy: 'pay.promise-solo', params };
  return members === null
    ? { copy: 'pay.promise', params }
    : { copy: 'pay.promise-ladder', params: { ...params, members } };
}

const absolute = ({ publicUrl }: Deps, url: string) => (url.startsWith('/') ? `${publicUrl}${url}` : url);

function askForMoney({ deps }: FlowContext, owed: Owed, request: PaymentRequest): readonly Reply[] {
  const { order, view } = owed;
  const until = instant(seatOf(owed)?.holdUntil ?? view.deal.endsAt);
  const due = money(request.amount, request.currency);
  const params = { due, name: named(view.product), until, order: order.code };
  const asking: Reply = request.needsReference
    ? { copy: 'pay.upi', params: { due, to: request.payTo ?? '', link: absolute(deps, request.url ?? '') } }
    : { copy: 'pay.link', params: { due, link: absolute(deps, request.url ?? '') } };
  const image = request.imageUrl === undefined ? {} : { image: { url: absolute(deps, request.imageUrl) } };
  return [{ copy: 'pay.reserved', params }, promise(owed), { ...asking, orderId: order._id, ...image }];
}

const REFERENCE_OPTIONS: readonly Option[] = [option('cancel', 'pay.cancel')];
const LINK_OPTIONS: readonly Option[] = [option('done', 'pay.done'), option('cancel', 'pay.cancel')];

const byReference = either(picked(), reference(REFERENCE_DIGITS, REFERENCE_DIGITS));

const ask = step({
  choice: true,
  async ask(data: Pay, context: FlowContext) {
    const owed = await owedFor(data, context);
    if (owed?.order.state !== 'placed') return settled(owed);
    if (owed.order.method === 'cod') return goto('cash', data);
    if (seatOf(owed)?.state === 'claimed') return startFlow('my-team', { teamId: owed.view.team._id });
    const request = await paymentRequest(context.deps, data.orderId);
    if (!request) return owed.order.due > 0 ? noWayToPay() : settled(owed);
    const options = request.needsReference ? REFERENCE_OPTIONS : LINK_OPTIONS;
    return { replies: askForMoney(context, owed, request), options };
  },
  parse: (heard, shown) => (shown.some(({ id }) => id === 'done') ? picked()(heard, shown) : byReference(heard, shown)),
  async then(data: Pay, answer: string | Option, context: FlowContext) {
    if (typeof answer === 'string') return claimed(data, answer, context);
    if (answer.id === 'cancel') return goto('give-back', data);
    const order = await orderById(data.orderId);
    return order?.state === 'placed' ? stay({ copy: 'pay.not-yet' }) : settled(await owedFor(data, context));
  },
  async media(input: Input, { orderId }: Pay, context: FlowContext) {
    if (input.media !== 'image') return null;
    await logged(context, 'wish', { orderId, data: { wish: 'payment-photo' } });
    return stay({ copy: 'pay.photo' });
  },
});

async function claimed(data: Pay, sent: string, context: FlowContext): Promise<Next<never>> {
  const { deps, commandId } = context;
  const outcome = await claimUpi(deps, { commandId: `${commandId}:claim`, orderId: data.orderId, reference: sent });
  switch (outcome.kind) {
    case 'claimed':
      return afterClaim(await owedFor(data, context), instant(outcome.refundBy));
    case 'used':
      return stay({ copy: 'pay.reference-used' });
    case 'bad-reference':
      return stay({ copy: 'pay.reference-bad' });
    case 'gone':
      return settled(await owedFor(data, context));
    default:
      return outcome satisfies never;
  }
}

/** Says that the reference is being checked; a leader also hears when she can share. */
function afterClaim(owed: Owed | null, by: CopyValue): Next<never> {
  if (!owed) return settled(owed);
  const leads = owed.view.team.kind === 'team' && owed.view.team.state === 'forming';
  const replies = [{ copy: leads ? 'pay.claimed-leader' : 'pay.claimed', params: { by } }];
  return startFlow('menu', {}, { replies, forget: true });
}

const cash = step({
  choice: true,
  async ask(data: Pay, context: FlowContext) {
    const owed = await owedFor(data, context);
    if (owed?.order.state !== 'placed') return settled(owed);
    const { order, view } = owed;
    const params = { due: money(order.due, order.currency), name: named(view.product), order: order.code };
    return { replies: [{ copy: 'pay.cash', params, orderId: order._id }], options: YES_NO };
  },
  parse: yesNo(),
  async then(data: Pay, yes: boolean, { deps, commandId }: FlowContext) {
    if (!yes) return goto('give-back', data);
    const outcome = await agreeCod(deps, { commandId: `${commandId}:agree`, orderId: data.orderId });
    if (outcome.kind === 'gone') return startFlow('menu', {}, { replies: [{ copy: 'pay.gone' }], forget: true });
    const { team } = outcome.team;
    const replies = [{ copy: 'pay.agreed' }];
    if (team.kind === 'solo') return startFlow('my-orders', {}, { replies, forget: true });
    return startFlow('my-team', { teamId: team._id }, { replies, forget: true });
  },
});

const giveBack = step({
  choice: true,
  async ask() {
    return { replies: [{ copy: 'pay.give-back' }], options: YES_NO };
  },
  parse: yesNo(),
  async then(data: Pay, yes: boolean, context: FlowContext) {
    return yes ? cancelled(data, context) : goto('ask', data);
  },
});

async function cancelled(data: Pay, context: FlowContext): Promise<Next<never>> {
  const { deps, commandId } = context;
  const outcome = await cancelOrder(deps, { commandId: `${commandId}:cancel`, orderId: data.orderId });
  if (outcome.kind === 'too-late') return settled(await owedFor(data, context));
  return startFlow('menu', {}, { replies: [{ copy: 'pay.cancelled' }], forget: true });
}

/** Brings an order from its seat to its money, or gives the seat back. */
export const pay: ToliFlow<Pay> = {
  name: 'pay',
  version: 1,
  start: 'ask',
  steps: { ask, cash, 'give-back': giveBack },
  cancel: cancelled,
};
