import type { Next, Reply } from '#conversation/flow';
import { goto, startFlow } from '#conversation/step';
import { dealById } from '#domain/deals';
import type { JoinOutcome, TeamView } from '#domain/teams';
import type { BuyData } from './buy-data.ts';
import type { FlowContext } from './context.ts';
import { teamParams } from './deal-lines.ts';
import { money, within } from './say.ts';

/** Goes on after a try to take a seat: to the payment, or to the way on that helps most. */
export async function afterJoin(data: BuyData, outcome: JoinOutcome, context: FlowContext): Promise<Next<BuyData>> {
  const again = (...replies: Reply[]) => startFlow('deal', { dealId: data.dealId }, { replies, forget: true });
  const elsewhere = (reply: Reply) => startFlow('browse', { from: 0 }, { replies: [reply], forget: true });
  switch (outcome.kind) {
    case 'reserved':
      return startFlow('pay', { orderId: outcome.orderId }, { forget: true });
    case 'full':
      return again({ copy: 'buy.full', params: { other: otherTeam(outcome.other) } });
    case 'closed':
      return again({ copy: closedCopy(outcome.state), params: { other: otherTeam(outcome.other) } });
    case 'already-in':
      return startFlow('my-team', { teamId: outcome.teamId }, { replies: [{ copy: 'buy.already-in' }], forget: true });
    case 'sold-out':
      return elsewhere({ copy: 'buy.sold-out' });
    case 'deal-over':
      return elsewhere({ copy: 'deal.over' });
    case 'new-only':
      return elsewhere({ copy: 'buy.new-only' });
    case 'limit':
      return again({ copy: 'buy.limit', params: { max: outcome.max } });
    case 'cod-full':
      return goto('method', { ...data, noCash: true }, { replies: [{ copy: 'buy.cod-full' }] });
    case 'price-changed':
      return again(await priceChanged(data, outcome.unitPrice, context));
    default:
      return outcome satisfies never;
  }
}

const CLOSED_COPY = {
  forming: 'buy.team-forming',
  open: 'buy.team-expired',
  succeeded: 'buy.team-succeeded',
  expired: 'buy.team-expired',
  cancelled: 'buy.team-cancelled',
  abandoned: 'buy.team-cancelled',
} as const satisfies { readonly [state in TeamView['team']['state']]: string };

/** Names the sentence that says why a team takes nobody any more. */
export function closedCopy(state: TeamView['team']['state']): string {
  return CLOSED_COPY[state];
}

/** Says which other team has a seat, or that starting one is the way on. */
export function otherTeam(other: TeamView | null) {
  return other ? within({ copy: 'buy.other-team', params: teamParams(other) }) : within({ copy: 'buy.own-team' });
}

async function priceChanged(data: BuyData, unitPrice: number, { deps }: FlowContext): Promise<Reply> {
  const view = await dealById(deps, data.dealId);
  const currency = view?.deal.currency ?? 'INR';
  return { copy: 'buy.price-changed', params: { old: money(data.price, currency), price: money(unitPrice, currency) } };
}
