import type { CopyParams, Option, Reply, Sentence } from '#conversation/flow';
import { picked } from '#conversation/parse';
import { goto, startFlow, step } from '#conversation/step';
import { type DealView, dealById } from '#domain/deals';
import { openTeamsOf, type TeamView, teamView } from '#domain/teams';
import { type BuyData, buying, joining } from './buy-data.ts';
import type { FlowContext, ToliFlow } from './context.ts';
import { dealParams, dealStamp, idIn, teamOption, teamStamp } from './deal-lines.ts';
import { dealPicture } from './deal-picture.ts';
import { money, option, stacked } from './say.ts';
import { whereabouts } from './whereabouts.ts';

const HOUR = 3_600_000;
const TEAMS_SHOWN = 5;

/** Holds which deal, and who shared the link that led here. */
type DealData = { readonly dealId: string; readonly sharerId?: string };

/** Says everything worth knowing before buying: both prices, the rules, and where it can be had. */
export function dealCard({ deps }: FlowContext, view: DealView): Reply {
  const { deal } = view;
  const params = { ...dealParams(view), hours: Math.round(deal.windowMs / HOUR) };
  const card = stacked([
    { copy: deal.size > 1 ? 'deal.card' : 'deal.card-solo', params },
    ...ladderOf(view),
    ...(deal.newCustomersOnly ? [{ copy: 'deal.new-only' }] : []),
    ...(deal.cod ? [{ copy: 'deal.cod' }] : []),
    ...deal.pickupPoints.map(({ name }) => ({ copy: 'deal.pickup', params: { place: name } })),
  ]);
  return { ...card, image: dealPicture(deps, deal._id) };
}

function ladderOf({ deal }: DealView): readonly Sentence[] {
  return deal.ladder.map(({ members, unitPrice }): Sentence => {
    const params: CopyParams = { members, price: money(unitPrice, deal.currency) };
    return { copy: 'deal.rung', params };
  });
}

const teamsOf = ({ deps, customer }: FlowContext, dealId: string) => {
  const { pinCode } = whereabouts(customer);
  return openTeamsOf(deps, dealId, { pinCode, limit: TEAMS_SHOWN });
};

function waysToBuy(view: DealView, teams: readonly TeamView[]): readonly Option[] {
  const [fullest] = teams;
  const { deal } = view;
  const params = dealParams(view);
  const stamp = dealStamp(view);
  const own: Option = { id: 'start', label: { copy: 'deal.start', params }, stamp };
  const alone: Option = { id: 'solo', label: { copy: 'deal.solo', params }, stamp };
  return [
    ...(fullest ? [teamOption(fullest)] : []),
    ...(teams.length > 1 ? [option('teams', 'deal.teams')] : []),
    ...(deal.size > 1 ? [own] : []),
    alone,
    option('browse', 'deal.others'),
  ];
}

const details = step({
  choice: true,
  async ask({ dealId }: DealData, context: FlowContext) {
    const view = await dealById(context.deps, dealId);
    if (view?.deal.state !== 'live' || view.deal.endsAt <= context.now)
      return startFlow('browse', { from: 0 }, { replies: [{ copy: 'deal.over' }] });
    const teams = view.deal.size > 1 ? await teamsOf(context, dealId) : [];
    return { replies: [dealCard(context, view), { copy: 'deal.ask' }], options: waysToBuy(view, teams) };
  },
  parse: picked(),
  then: chosenWay,
});

async function chosenWay(data: DealData, chosen: Option, context: FlowContext) {
  if (chosen.id === 'browse') return startFlow('browse', { from: 0 });
  if (chosen.id === 'teams') return goto('teams', data);
  if (chosen.id.startsWith('join:')) return chosenTeam(data, chosen, context);
  const view = await dealById(context.deps, data.dealId);
  if (!view || dealStamp(view) !== chosen.stamp) return goto('details', data, { replies: [{ copy: 'menu.old' }] });
  const kind = chosen.id === 'solo' ? 'solo' : 'team';
  return startFlow('buy', buying(view, kind, sharedBy(data)));
}

const sharedBy = ({ sharerId }: DealData): Partial<BuyData> => (sharerId === undefined ? {} : { sharerId });

const teams = step({
  choice: true,
  async ask(data: DealData, context: FlowContext) {
    const open = await teamsOf(context, data.dealId);
    if (open.length === 0) return goto('details', data, { replies: [{ copy: 'deal.no-teams' }] });
    return { replies: [{ copy: 'deal.teams-ask' }], options: open.map(teamOption) };
  },
  parse: picked(),
  then: chosenTeam,
});

async function chosenTeam(data: DealData, chosen: Option, { deps }: FlowContext) {
  const view = await teamView(deps, idIn(chosen.id, 'join') ?? '');
  if (!view || teamStamp(view) !== chosen.stamp) return goto('details', data, { replies: [{ copy: 'menu.old' }] });
  return startFlow('buy', joining(view, sharedBy(data)));
}

/** Shows one deal with its picture and the ways to buy it: join a team, start one, or alone. */
export const deal: ToliFlow<DealData> = { name: 'deal', version: 1, start: 'details', steps: { details, teams } };
