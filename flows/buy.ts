import type { CopyParams, Option, Reply, Sentence } from '#conversation/flow';
import { choice, picked, wholeNumber, yesNo } from '#conversation/parse';
import { end, goto, startFlow, step } from '#conversation/step';
import { type DealView, dealById } from '#domain/deals';
import { availableCredit } from '#domain/rewards';
import { type JoinOutcome, joinTeam, startTeam } from '#domain/teams';
import type { PaymentMethod } from '#ports/payment';
import { type BuyData, fewest, mostUnits } from './buy-data.ts';
import { afterJoin } from './buy-outcome.ts';
import { address, pin, place } from './buy-place.ts';
import type { FlowContext, ToliFlow } from './context.ts';
import { money, named, option, within, YES_NO } from './say.ts';

const SPILLS = ['lead', 'refund'] as const;
const dealGone = () => startFlow('browse', { from: 0 }, { replies: [{ copy: 'deal.over' }] });

const quantity = step({
  choice: false,
  async ask(data: BuyData, { deps }: FlowContext) {
    const view = await dealById(deps, data.dealId);
    if (!view) return dealGone();
    const max = mostUnits(view, data.kind);
    if (max === 1) return goto('place', { ...data, units: 1 });
    const params = { name: named(view.product), price: money(data.price, view.deal.currency), max };
    return { replies: [{ copy: 'buy.how-many', params }] };
  },
  async parse(heard, shown, data: BuyData, { deps }: FlowContext) {
    const view = await dealById(deps, data.dealId);
    return wholeNumber(1, view ? mostUnits(view, data.kind) : 1)(heard, shown);
  },
  async then(data: BuyData, units: number) {
    return goto('place', { ...data, units });
  },
});

/** Asked only of those who join: a team can fill up while their money is on its way. */
const spill = step({
  choice: true,
  async ask(data: BuyData) {
    if (data.teamId === undefined) return goto('credit', { ...data, spill: 'refund' });
    return { replies: [{ copy: 'buy.spill' }], options: SPILLS.map((id) => option(id, `buy.spill-${id}`)) };
  },
  parse: choice(SPILLS),
  async then(data: BuyData, chosen: (typeof SPILLS)[number]) {
    return goto('credit', { ...data, spill: chosen });
  },
});

const credit = step({
  choice: true,
  async ask(data: BuyData, { deps, customer }: FlowContext) {
    const view = await dealById(deps, data.dealId);
    if (!view) return dealGone();
    const { currency } = view.deal;
    const amount = Math.min(await availableCredit(customer._id, currency), data.price * (data.units ?? 1));
    if (amount <= 0) return goto('method', { ...data, useCredit: false });
    return { replies: [{ copy: 'buy.credit', params: { amount: money(amount, currency) } }], options: YES_NO };
  },
  parse: yesNo(),
  async then(data: BuyData, useCredit: boolean) {
    return goto('method', { ...data, useCredit });
  },
});

const METHOD_COPY: { readonly [method in PaymentMethod]: string } = {
  simulated: 'method.simulated',
  upi: 'method.upi',
  cod: 'method.cod',
};

/** Lists how this can be paid: cash only where the deal allows it, UPI only for rupees. */
function methodsFor({ deps }: FlowContext, { deal }: DealView, { noCash }: BuyData): readonly PaymentMethod[] {
  const suits = { simulated: true, cod: deal.cod && !noCash, upi: deal.currency === 'INR' };
  return [...deps.payments.keys()].filter((method) => suits[method]);
}

const method = step({
  choice: true,
  async ask(data: BuyData, context: FlowContext) {
    const view = await dealById(context.deps, data.dealId);
    if (!view) return dealGone();
    const methods = methodsFor(context, view, data);
    const [only] = methods;
    if (only === undefined) return startFlow('menu', {}, { replies: [{ copy: 'buy.no-method' }] });
    if (methods.length === 1) return goto('confirm', { ...data, method: only });
    return { replies: [{ copy: 'buy.method' }], options: methods.map((id) => option(id, METHOD_COPY[id])) };
  },
  parse: picked(),
  async then(data: BuyData, { id }: Option) {
    return goto('confirm', { ...data, method: id as PaymentMethod });
  },
});

/** Says when the money comes back: when the team is not filled, or on a ladder when not even its lowest rung is. */
function moneyBack({ deal }: DealView, method: PaymentMethod | undefined): Sentence {
  if (method === 'cod') return { copy: 'buy.back-cash' };
  const lowest = fewest(deal.ladder);
  return lowest === null ? { copy: 'buy.back' } : { copy: 'buy.back-ladder', params: { members: lowest } };
}

/** Says once more what she gets, what it costs and what happens to her money, before anything is taken. */
async function summary(data: BuyData, view: DealView, { customer }: FlowContext): Promise<Reply> {
  const { deal, product } = view;
  const units = data.units ?? 1;
  const total = data.price * units;
  const used = data.useCredit ? Math.min(await availableCredit(customer._id, deal.currency), total) : 0;
  const params: CopyParams = {
    name: named(product),
    units,
    price: money(data.price, deal.currency),
    total: money(total - used, deal.currency),
    credit: used > 0 ? within({ copy: 'buy.credit-used', params: { amount: money(used, deal.currency) } }) : '',
    method: within({ copy: METHOD_COPY[data.method ?? 'simulated'] }),
    place: data.place ? `${data.place.text} ${data.place.pinCode}` : '',
    size: deal.size,
    back: within(moneyBack(view, data.method)),
  };
  return { copy: data.kind === 'solo' ? 'buy.confirm-solo' : 'buy.confirm-team', params };
}

const confirm = step({
  choice: true,
  async ask(data: BuyData, context: FlowContext) {
    const view = await dealById(context.deps, data.dealId);
    if (!view) return dealGone();
    return { replies: [await summary(data, view, context)], options: YES_NO };
  },
  parse: yesNo(),
  async then(data: BuyData, yes: boolean, context: FlowContext) {
    if (!yes) return startFlow('deal', { dealId: data.dealId }, { replies: [{ copy: 'buy.not-taken' }] });
    return afterJoin(data, await takeSeat(data, context), context);
  },
});

function takeSeat(data: BuyData, { deps, customer, commandId }: FlowContext): Promise<JoinOutcome> {
  const request = {
    commandId: `${commandId}:seat`,
    customerId: customer._id,
    units: data.units ?? 1,
    method: data.method ?? 'simulated',
    spill: data.spill ?? 'refund',
    useCredit: data.useCredit ?? false,
    expectPrice: data.price,
    ...(data.place ? { place: data.place } : {}),
    ...(data.sharerId === undefined ? {} : { sharerId: data.sharerId }),
  };
  if (data.teamId !== undefined) return joinTeam(deps, { ...request, teamId: data.teamId });
  return startTeam(deps, { ...request, dealId: data.dealId, kind: data.kind });
}

/** Takes an order: how many, where to, what if the team is full, how to pay, and one more yes. */
export const buy: ToliFlow<BuyData> = {
  name: 'buy',
  version: 1,
  start: 'quantity',
  steps: { quantity, place, pin, address, spill, credit, method, confirm },
  async cancel() {
    return end({ copy: 'buy.not-taken' });
  },
};
