import type { JsonObject, Next, Reply } from '#conversation/flow';
import { type TouchOutcome, touchCodes } from '#domain/referrals';
import { openTeamsOf, type TeamView, teamView } from '#domain/teams';
import { closedCopy, otherTeam } from './buy-outcome.ts';
import type { FlowContext } from './context.ts';
import { money } from './say.ts';
import { welcomedFirst } from './welcome.ts';

/** Is where a code leads and what is said on the way. */
interface Way {
  readonly flow: string;
  readonly data: JsonObject;
  readonly replies: readonly Reply[];
}

const way = (flow: string, data: JsonObject, ...replies: Reply[]): Way => ({ flow, data, replies });

/**
 * Follows the codes found in a message: a team's link to its team, an invitation to the deals. Somebody new is welcomed
 * first and then brought there; whatever is wrong with a code has its own sentence and a way on.
 */
export async function onCodes(context: FlowContext, codes: readonly string[]): Promise<Next> {
  const { deps, customer, inboxId } = context;
  const touched = await touchCodes(deps, { codes, customerId: customer._id, inboxId });
  const { flow, data, replies } = await wayOf(touched, context);
  return welcomedFirst(context, flow, data, ...replies);
}

async function wayOf(touched: TouchOutcome, context: FlowContext): Promise<Way> {
  switch (touched.kind) {
    case 'team':
      return wayToTeam(touched, context);
    case 'invite':
      return way('browse', { from: 0 }, invited(touched, context));
    case 'own':
      return way('invites', {}, { copy: 'code.own' });
    case 'unknown':
      return way('browse', { from: 0 }, { copy: 'code.unknown' });
    default:
      return touched satisfies never;
  }
}

function invited({ bound }: TouchOutcome & { kind: 'invite' }, { deps, customer }: FlowContext): Reply {
  if (!bound) return { copy: 'code.invite-again' };
  const { friendReward, currency } = deps.rulesOf(customer.market);
  return { copy: 'code.invited', params: { gift: money(friendReward, currency) } };
}

async function wayToTeam(touched: TouchOutcome & { kind: 'team' }, context: FlowContext): Promise<Way> {
  const view = await teamView(context.deps, touched.team);
  if (!view) return way('browse', { from: 0 }, { copy: 'code.unknown' });
  if (view.team.seats.some(({ customerId }) => customerId === context.customer._id))
    return way('my-team', { teamId: view.team._id }, { copy: 'code.own-team' });
  const data = { dealId: view.deal._id, ...(touched.sharerId === undefined ? {} : { sharerId: touched.sharerId }) };
  if (view.team.state === 'open' && view.missing > 0) return way('team', { ...data, teamId: view.team._id });
  if (view.team.state === 'forming') return way('deal', data, { copy: 'code.forming' });
  return way('deal', data, await closed(view, context));
}

/** Says why a team takes nobody any more and what helps: the fullest other team of that deal, or one's own. */
async function closed(view: TeamView, { deps, customer }: FlowContext): Promise<Reply> {
  const { pinCode } = customer.place ?? {};
  const [other = null] = await openTeamsOf(deps, view.deal._id, { pinCode, limit: 1 });
  const copy = view.team.state === 'open' ? 'buy.full' : closedCopy(view.team.state);
  return { copy, params: { other: otherTeam(other) } };
}
