import type { Next } from '#conversation/flow';
import { freeText } from '#conversation/parse';
import { startFlow, step } from '#conversation/step';
import { liveDeals } from '#domain/deals';
import type { FlowContext, ToliFlow } from './context.ts';
import { logged } from './log.ts';
import { matching, wordOnSale } from './search-words.ts';
import { whereabouts } from './whereabouts.ts';

const word = step({
  choice: false,
  async ask() {
    return { replies: [{ copy: 'search.ask' }] };
  },
  parse: freeText(60),
  async then(_data: Record<never, never>, search: string, context: FlowContext) {
    const { deps, customer } = context;
    const deals = await liveDeals(deps, whereabouts(customer));
    if (matching(deals, search).length > 0) return startFlow('browse', { from: 0, word: search });
    await logged(context, 'wish', { data: { search } });
    return startFlow('browse', { from: 0 }, { replies: [{ copy: 'search.none', params: { word: search } }] });
  },
});

/** Searches for what a free text names ("atta chahiye"), or asks for it. */
export async function searchFor({ deps, customer, text = '' }: FlowContext): Promise<Next<never>> {
  const named = wordOnSale(await liveDeals(deps, whereabouts(customer)), text);
  return named === null ? startFlow('search') : startFlow('browse', { from: 0, word: named });
}

/** Finds deals by a word; what is not there is kept as a wish. */
export const search: ToliFlow = { name: 'search', version: 1, start: 'word', steps: { word } };
