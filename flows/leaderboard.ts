import type { Sentence } from '#conversation/flow';
import { leaderboard } from '#domain/leaderboard';
import type { FlowContext } from './context.ts';
import { stacked } from './say.ts';

const DAYS = 7;

type Rank = Awaited<ReturnType<typeof leaderboard>>['top'][number];

const lineOf = ({ rank, name, friends, own }: Rank): Sentence => ({
  copy: own ? 'board.own' : 'board.line',
  params: { rank, name, friends },
});

/** Says who brought most friends this week, masked, and where she stands herself. */
export async function board({ deps, customer }: FlowContext): Promise<readonly Sentence[]> {
  const { top, around } = await leaderboard(deps, { days: DAYS, customerId: customer._id });
  if (top.length === 0) return [{ copy: 'board.empty' }];
  const rest = around.filter(({ rank }) => rank > top.length);
  return [stacked([{ copy: 'board.head' }, ...top.map(lineOf), ...rest.map(lineOf)])];
}
