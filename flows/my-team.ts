import type { Next, Option, Reply, Sentence } from '#conversation/flow';
import { picked, yesNo } from '#conversation/parse';
import { end, goto, startFlow, step } from '#conversation/step';
import { customerById } from '#domain/customers';
import { maskedName } from '#domain/person-labels';
import { leaveTeam, type TeamView, teamsOfCustomer, teamView } from '#domain/teams';
import type { FlowContext, ToliFlow } from './context.ts';
import { dealParams, idIn, teamParams } from './deal-lines.ts';
import { instant, money, option, stacked, YES_NO } from './say.ts';
import { shareTeam } from './share.ts';

const TEAMS_SHOWN = 5;

/** Holds which team is looked at; none yet means the list. */
type MyTeam = { readonly teamId?: string };

const isRunning = ({ team }: TeamView) => team.state === 'forming' || team.state === 'open';
const isTeam = ({ team }: TeamView) => team.kind === 'team';

const list = step({
  choice: true,
  async ask(data: MyTeam, { deps, customer }: FlowContext) {
    if (data.teamId !== undefined) return goto('one', data);
    const views = (await teamsOfCustomer(deps, customer._id)).filter(isTeam);
    const running = views.filter(isRunning);
    const shown = (running.length > 0 ? running : views).slice(0, TEAMS_SHOWN);
    const [only] = shown;
    if (only === undefined) return startFlow('browse', { from: 0 }, { replies: [{ copy: 'my-team.none' }] });
    if (shown.length === 1) return goto('one', { teamId: only.team._id });
    return { replies: [{ copy: 'my-team.ask' }], options: shown.map(lineOf) };
  },
  parse: picked(),
  async then(_data: MyTeam, { id }: Option) {
    return goto('one', { teamId: idIn(id, 'team') ?? '' });
  },
});

function lineOf(view: TeamView): Option {
  const copy = isRunning(view) ? 'my-team.line' : STATE_COPY[view.team.state];
  return { id: `team:${view.team._id}`, label: { copy, params: teamParams(view) } };
}

const STATE_COPY = {
  forming: 'my-team.forming',
  open: 'my-team.open',
  succeeded: 'my-team.succeeded',
  expired: 'my-team.expired',
  cancelled: 'my-team.cancelled',
  abandoned: 'my-team.abandoned',
} as const satisfies { readonly [state in TeamView['team']['state']]: string };

const mySeat = ({ team }: TeamView, customerId: string) => team.seats.find((seat) => seat.customerId === customerId);

const SEAT_COPY = { reserved: 'my-team.seat-reserved', claimed: 'my-team.seat-claimed' } as const;

/** Names who else is in, masked; null while nobody is. */
async function companions({ team }: TeamView, customerId: string): Promise<Sentence | null> {
  const others = team.seats.filter((seat) => seat.customerId !== customerId);
  if (others.length === 0) return null;
  const people = await Promise.all(others.map((seat) => customerById(seat.customerId)));
  return { copy: 'my-team.with', params: { people: people.map(maskedName).join(', ') } };
}

async function progress(view: TeamView, customerId: string): Promise<Reply> {
  const { team } = view;
  const own = team.state === 'forming' && team.leaderId === customerId;
  const copy = own ? 'my-team.forming-own' : STATE_COPY[team.state];
  const params = { ...teamParams(view), code: team.code, joined: team.size - view.missing };
  const seat = mySeat(view, customerId);
  const others = await companions(view, customerId);
  const waits = isRunning(view) && (seat?.state === 'reserved' || seat?.state === 'claimed') ? [seat.state] : [];
  return stacked([
    { copy, params },
    ...(others ? [others] : []),
    ...waits.map((state) => ({ copy: SEAT_COPY[state] })),
  ]);
}

function deeds(view: TeamView, customerId: string): readonly Option[] {
  const seat = mySeat(view, customerId);
  if (!isRunning(view) || !seat) return [option('deals', 'my-team.deals')];
  return [
    ...(view.team.state === 'open' ? [option('share', 'my-team.share')] : []),
    ...(seat.state === 'reserved' ? [option('pay', 'my-team.pay')] : []),
    option('leave', 'my-team.leave'),
    option('deals', 'my-team.deals'),
  ];
}

const one = step({
  choice: true,
  async ask({ teamId = '' }: MyTeam, { deps, customer }: FlowContext) {
    const view = await teamView(deps, teamId);
    if (!view) return startFlow('menu', {}, { replies: [{ copy: 'my-team.none' }] });
    return { replies: [await progress(view, customer._id)], options: deeds(view, customer._id) };
  },
  parse: picked(),
  async then({ teamId = '' }: MyTeam, { id }: Option, context: FlowContext) {
    const view = await teamView(context.deps, teamId);
    if (!view) return startFlow('menu', {}, { replies: [{ copy: 'my-team.none' }] });
    if (id === 'share' && view.team.state === 'open') return end(await shareTeam(context, view));
    if (id === 'pay') return startFlow('pay', { orderId: mySeat(view, context.customer._id)?.orderId ?? '' });
    if (id === 'leave') return goto('leave', { teamId });
    if (id === 'deals') return startFlow('browse', { from: 0 });
    return goto('one', { teamId }, { replies: [{ copy: 'menu.old' }] });
  },
});

const leave = step({
  choice: true,
  async ask({ teamId = '' }: MyTeam, { deps }: FlowContext) {
    const view = await teamView(deps, teamId);
    if (!view || !isRunning(view)) return goto('one', { teamId });
    return {
      replies: [{ copy: 'my-team.leave-ask', params: { name: dealParams(view)['name'] ?? '' } }],
      options: YES_NO,
    };
  },
  parse: yesNo(),
  async then({ teamId = '' }: MyTeam, yes: boolean, context: FlowContext) {
    return yes ? left(teamId, context) : goto('one', { teamId });
  },
});

async function left(teamId: string, { deps, customer, commandId }: FlowContext): Promise<Next<MyTeam>> {
  const outcome = await leaveTeam(deps, { commandId: `${commandId}:leave`, customerId: customer._id, teamId });
  if (outcome.kind === 'too-late') return goto('one', { teamId }, { replies: [{ copy: 'my-team.leave-late' }] });
  if (outcome.kind === 'not-in') return startFlow('menu', {}, { replies: [{ copy: 'my-team.not-in' }], forget: true });
  const { refund } = outcome;
  const reply: Reply = refund
    ? { copy: 'my-team.left-refund', params: { amount: money(refund.amount, refund.currency), by: instant(refund.by) } }
    : { copy: 'my-team.left' };
  return startFlow('menu', {}, { replies: [reply], forget: true });
}

/** Shows her teams: who is missing, until when, the text to share, and the way out. */
export const myTeam: ToliFlow<MyTeam> = { name: 'my-team', version: 1, start: 'list', steps: { list, one, leave } };
