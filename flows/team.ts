import type { Option } from '#conversation/flow';
import { picked } from '#conversation/parse';
import { goto, startFlow, step } from '#conversation/step';
import { teamView } from '#domain/teams';
import { joining } from './buy-data.ts';
import { closedCopy, otherTeam } from './buy-outcome.ts';
import type { FlowContext, ToliFlow } from './context.ts';
import { teamOption, teamParams, teamStamp } from './deal-lines.ts';
import { dealPicture } from './deal-picture.ts';
import { viewedDeal } from './log.ts';
import { option } from './say.ts';

/** Holds the team a link led to, its deal, and who shared the link. */
type TeamData = { readonly teamId: string; readonly dealId: string; readonly sharerId?: string };

const invitation = step({
  choice: true,
  async ask(data: TeamData, context: FlowContext) {
    const view = await teamView(context.deps, data.teamId);
    if (!view) return startFlow('browse', { from: 0 }, { replies: [{ copy: 'code.unknown' }] });
    if (view.team.state !== 'open' || view.missing <= 0) {
      const copy = view.team.state === 'open' ? 'buy.full' : closedCopy(view.team.state);
      const replies = [{ copy, params: { other: otherTeam(null) } }];
      return startFlow('deal', toDeal(data), { replies });
    }
    await viewedDeal(context, view);
    const card = { copy: 'team.card', params: teamParams(view), image: dealPicture(context.deps, view.deal._id) };
    return {
      replies: [card],
      options: [teamOption(view), option('deal', 'team.deal'), option('browse', 'deal.others')],
    };
  },
  parse: picked(),
  async then(data: TeamData, chosen: Option, { deps }: FlowContext) {
    if (chosen.id === 'browse') return startFlow('browse', { from: 0 });
    if (chosen.id === 'deal') return startFlow('deal', toDeal(data));
    const view = await teamView(deps, data.teamId);
    if (!view || teamStamp(view) !== chosen.stamp) return goto('invitation', data, { replies: [{ copy: 'menu.old' }] });
    return startFlow('buy', joining(view, sharedBy(data)));
  },
});

const sharedBy = ({ sharerId }: TeamData) => (sharerId === undefined ? {} : { sharerId });
const toDeal = (data: TeamData) => ({ dealId: data.dealId, ...sharedBy(data) });

/** Shows the team a friend's link leads to, with its seat to take. */
export const team: ToliFlow<TeamData> = { name: 'team', version: 1, start: 'invitation', steps: { invitation } };
