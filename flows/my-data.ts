import type { Next, Reply } from '#conversation/flow';
import { choice, yesNo } from '#conversation/parse';
import { end, goto, startFlow, step } from '#conversation/step';
import { exportData } from '#domain/data-export';
import { exportLink } from '#domain/data-export-link';
import { askErasure, type ErasureAnswer } from '#domain/erasure';
import type { FlowContext, ToliFlow } from './context.ts';
import { logged } from './log.ts';
import { instant, option, YES_NO } from './say.ts';

const CHOICES = ['export', 'delete', 'menu'] as const;
const OPTIONS = CHOICES.map((id) => option(id, `my-data.${id}`));
type None = Record<never, never>;

const show = step({
  choice: true,
  async ask() {
    return { replies: [{ copy: 'my-data.ask' }], options: OPTIONS };
  },
  parse: choice(CHOICES),
  async then(_data: None, chosen: (typeof CHOICES)[number], context: FlowContext) {
    if (chosen === 'menu') return startFlow('menu');
    return chosen === 'delete' ? goto('sure', {}) : exportOwnData(context);
  },
});

const sure = step({
  choice: true,
  async ask() {
    return { replies: [{ copy: 'my-data.delete-ask' }], options: YES_NO };
  },
  parse: yesNo(),
  async then(_data: None, yes: boolean, { deps, customer, inboxId }: FlowContext) {
    if (!yes) return startFlow('menu', {}, { replies: [{ copy: 'my-data.kept' }] });
    return end(erasureReply(await askErasure(deps, { customerId: customer._id, inboxId })));
  },
});

function erasureReply(answer: ErasureAnswer): Reply {
  if (answer.kind !== 'when-settled') return { copy: 'my-data.delete-soon' };
  if (!answer.date) return { copy: 'my-data.delete-settled' };
  return { copy: 'my-data.delete-date', params: { date: instant(answer.date) } };
}

/** Tells how much is kept about her and where she can fetch it, for a day. */
export async function exportOwnData(context: FlowContext): Promise<Next<never>> {
  const { deps, customer } = context;
  const kept = await exportData(deps, customer._id);
  const { url, until } = exportLink(deps, customer._id);
  await logged(context, 'wish', { data: { wish: 'export' } });
  const count = { orders: kept?.orders.length ?? 0, entries: kept?.interactions.length ?? 0 };
  return end({ copy: 'my-data.exported', params: { ...count, link: url, until: instant(until) } });
}

/** Offers her data as a file, or to be forgotten. */
export const myData: ToliFlow<None> = { name: 'my-data', version: 1, start: 'show', steps: { show, sure } };

/** Goes straight to the question whether everything should be forgotten. */
export const eraseData: ToliFlow<None> = { name: 'erase-data', version: 1, start: 'sure', steps: { sure } };
