import type { Sentence } from '#conversation/flow';
import { choice } from '#conversation/parse';
import { startFlow, step } from '#conversation/step';
import { type MoneyLine, moneyOf } from '#domain/ledger';
import type { FlowContext, ToliFlow } from './context.ts';
import { instant, money, option, stacked } from './say.ts';

const CHOICES = ['my-orders', 'invites', 'menu'] as const;
const OPTIONS = CHOICES.map((id) => option(id, `my-money.${id}`));

const WHERE_COPY = {
  held: { dated: 'my-money.held-by', plain: 'my-money.held' },
  'refund-due': { dated: 'my-money.refund-by', plain: 'my-money.refund' },
  'credit-available': { dated: 'my-money.credit', plain: 'my-money.credit' },
  'credit-pending': { dated: 'my-money.pending', plain: 'my-money.pending' },
} as const satisfies { readonly [where in MoneyLine['where']]: { readonly dated: string; readonly plain: string } };

function lineOf({ where, amount, currency, orderCode, by }: MoneyLine): Sentence {
  const copy = WHERE_COPY[where][by ? 'dated' : 'plain'];
  const params = { amount: money(amount, currency), order: orderCode ?? '', by: by ? instant(by) : '' };
  return { copy, params };
}

const show = step({
  choice: true,
  async ask(_data: Record<never, never>, { deps, customer }: FlowContext) {
    const lines = await moneyOf(deps, customer._id);
    const said =
      lines.length > 0 ? stacked([{ copy: 'my-money.head' }, ...lines.map(lineOf)]) : { copy: 'my-money.none' };
    return { replies: [said], options: OPTIONS };
  },
  parse: choice(CHOICES),
  async then(_data: Record<never, never>, chosen: (typeof CHOICES)[number]) {
    return startFlow(chosen);
  },
});

/** Says where every rupee of hers is, from the ledger. */
export const myMoney: ToliFlow = { name: 'my-money', version: 1, start: 'show', steps: { show } };
