import type { Reply } from '#conversation/flow';
import { teamLinkOf } from '#domain/referrals';
import type { TeamView } from '#domain/teams';
import type { FlowContext } from './context.ts';
import { teamParams } from './deal-lines.ts';

/** Is what a link that is shared consists of, as the referrals give it. */
type Links = Awaited<ReturnType<typeof teamLinkOf>>;

/** Chooses the link to tap: straight into the chat where the bot has a number, else the page that leads there. */
export function linkParams({ text, link, page }: Links) {
  const opensChat = link.startsWith('https://wa.me/');
  return opensChat ? { opensChat, params: { text, link, page } } : { opensChat, params: { text, link: page } };
}

/** Makes the one short text that is forwarded to friends; the seat it fills is credited to whoever shares it. */
export async function shareTeam({ deps, customer }: FlowContext, view: TeamView): Promise<Reply> {
  const { opensChat, params } = linkParams(await teamLinkOf(deps, view.team.code, customer._id));
  const copy = opensChat ? 'share.team' : 'share.team-page';
  return { copy, params: { ...teamParams(view), ...params } };
}
