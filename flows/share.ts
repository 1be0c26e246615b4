import type { Reply } from '#conversation/flow';
import { teamLinkOf } from '#domain/referrals';
import type { TeamView } from '#domain/teams';
import type { FlowContext } from './context.ts';
import { teamParams } from './deal-lines.ts';

/** Makes the one short text that is forwarded to friends; the seat it fills is credited to whoever shares it. */
export async function shareTeam({ deps, customer }: FlowContext, view: TeamView): Promise<Reply> {
  const { text, link, page } = await teamLinkOf(deps, view.team.code, customer._id);
  const params = { ...teamParams(view), text, link };
  return link === page ? { copy: 'share.team-page', params } : { copy: 'share.team', params: { ...params, page } };
}
