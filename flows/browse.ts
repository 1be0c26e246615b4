import type { Option, Sentence } from '#conversation/flow';
import { picked } from '#conversation/parse';
import { goto, startFlow, step } from '#conversation/step';
import { type DealView, dealById, liveDeals } from '#domain/deals';
import { browseOrder } from '#domain/recommendations';
import { fullestTeam } from '#domain/teams';
import type { FlowContext, ToliFlow } from './context.ts';
import { dealOption, dealStamp, idIn } from './deal-lines.ts';
import { viewedDeal } from './log.ts';
import { option } from './say.ts';
import { matching } from './search-words.ts';
import { whereabouts } from './whereabouts.ts';

/** No screen has more than five choices; "more" is the fifth. */
const SCREEN = 5;

/** Holds how many deals came before this screen, and the word searched for, if one was. */
type Browse = { readonly from: number; readonly word?: string };
type Line = DealView & { readonly reason: Sentence | null };

async function linesFor({ deps, customer }: FlowContext, word: string | undefined): Promise<readonly Line[]> {
  const deals = await liveDeals(deps, whereabouts(customer));
  const found = word === undefined ? deals : matching(deals, word);
  return browseOrder(deps, customer, found);
}

async function optionsOf(lines: readonly Line[], { deps, customer }: FlowContext): Promise<readonly Option[]> {
  const { pinCode } = whereabouts(customer);
  const teams = await Promise.all(lines.map(({ deal }) => fullestTeam(deps, deal._id, pinCode)));
  return lines.map((line, index) => dealOption(line, teams[index] ?? undefined, line.reason));
}

const list = step({
  choice: true,
  async ask({ from = 0, word }: Browse, context: FlowContext) {
    const lines = await linesFor(context, word);
    if (lines.length === 0) return startFlow('menu', {}, { replies: [{ copy: 'browse.none' }] });
    const start = from < lines.length ? from : 0;
    const more = lines.length - start > SCREEN;
    const shown = lines.slice(start, start + (more ? SCREEN - 1 : SCREEN));
    const options = await optionsOf(shown, context);
    const head = start === 0 ? 'browse.ask' : 'browse.ask-more';
    return { replies: [{ copy: head }], options: more ? [...options, option('more', 'browse.more')] : options };
  },
  parse: picked(),
  async then(data: Browse, chosen: Option, context: FlowContext) {
    if (chosen.id === 'more') return goto('list', { ...data, from: (data.from ?? 0) + SCREEN - 1 });
    const view = await dealById(context.deps, idIn(chosen.id, 'deal') ?? '');
    if (!view || dealStamp(view) !== chosen.stamp)
      return goto('list', { ...data, from: 0 }, { replies: [{ copy: 'menu.old' }] });
    await viewedDeal(context, view);
    return startFlow('deal', { dealId: view.deal._id });
  },
});

/** Lists today's deals in this person's own order, five to a screen. */
export const browse: ToliFlow<Browse> = { name: 'browse', version: 1, start: 'list', steps: { list } };
