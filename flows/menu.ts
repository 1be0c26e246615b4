import type { Reply } from '#conversation/flow';
import { choice } from '#conversation/parse';
import { startFlow, step } from '#conversation/step';
import { liveDeals } from '#domain/deals';
import { greetingHint } from '#domain/recommendations';
import type { FlowContext, ToliFlow } from './context.ts';
import { option } from './say.ts';
import { whereabouts } from './whereabouts.ts';

const CHOICES = ['browse', 'my-team', 'my-orders', 'my-money', 'invites'] as const;
const OPTIONS = CHOICES.map((id) => option(id, `menu.${id}`));

/** Says hello with what the active run would suggest to this person, if there is such a thing. */
export async function greet({ deps, customer }: FlowContext): Promise<readonly Reply[]> {
  const hello: Reply = customer.name
    ? { copy: 'menu.hello-name', params: { name: customer.name } }
    : { copy: 'menu.hello' };
  const deals = await liveDeals(deps, whereabouts(customer));
  const hint = await greetingHint(deps, customer, deals);
  return hint ? [hello, hint] : [hello];
}

const choose = step({
  choice: true,
  async ask(_data: Record<never, never>, context: FlowContext) {
    return { replies: [...(await greet(context)), { copy: 'menu.ask' }], options: OPTIONS };
  },
  parse: choice(CHOICES),
  async then(_data: Record<never, never>, chosen: (typeof CHOICES)[number]) {
    return startFlow(chosen);
  },
});

/** Shows the five things people come for; the rest is a word away. */
export const menu: ToliFlow = { name: 'menu', version: 1, start: 'choose', steps: { choose } };
