import type { CopyParams, CopyValue, Option, Sentence } from '#conversation/flow';
import type { DealView } from '#domain/deals';
import type { TeamView } from '#domain/teams';
import { instant, money, named, stacked, within } from './say.ts';

/** Says what a deal costs and what it saves, as the values of a sentence. Both prices always stand together. */
export function dealParams({ deal, product }: DealView): CopyParams {
  return {
    name: named(product),
    price: money(deal.teamPrice, deal.currency),
    solo: money(deal.soloPrice, deal.currency),
    saving: money(Math.max(0, deal.soloPrice - deal.teamPrice), deal.currency),
    size: deal.size,
    until: instant(deal.endsAt),
    number: deal.number,
  };
}

/** Says how many a team still needs and until when, beside what its deal costs. */
export function teamParams(view: TeamView): CopyParams {
  const { unitPrice, soloPrice, currency, size } = view.team;
  const until = instant(view.team.expiresAt ?? view.deal.endsAt);
  const prices = { price: money(unitPrice, currency), solo: money(soloPrice, currency) };
  const saving = money(Math.max(0, soloPrice - unitPrice), currency);
  return { ...dealParams(view), ...prices, saving, size, missing: view.missing, until };
}

/** Fixes what a deal looked like when it was shown: price and state. */
export function dealStamp({ deal }: DealView): string {
  return [deal.teamPrice, deal.soloPrice, deal.size, deal.state].join('/');
}

/** Fixes what a team looked like when it was shown: price, state and free seats. */
export function teamStamp(view: TeamView): string {
  return [view.team.unitPrice, view.team.state, view.missing].join('/');
}

/** Says why a deal stands in the list, and whom it is for when not for everyone; '' when there is nothing to say. */
function beside({ deal }: DealView, reason: Sentence | null): CopyValue {
  const reasons = reason ? [{ copy: 'browse.why', params: { reason: within(reason) } }] : [];
  const [first, ...rest] = deal.newCustomersOnly ? [...reasons, { copy: 'browse.new-only' }] : reasons;
  return first ? within({ copy: 'browse.beside', params: { lines: within(stacked([first, ...rest])) } }) : '';
}

/** Makes the line of a deal in a list: with its fullest open team if there is one, and with the reason it stands there. */
export function dealOption(view: DealView, fullest: TeamView | undefined, reason: Sentence | null): Option {
  const label: Sentence = fullest
    ? { copy: 'browse.line-open', params: { ...teamParams(fullest), why: beside(view, reason) } }
    : { copy: 'browse.line-new', params: { ...dealParams(view), why: beside(view, reason) } };
  return { id: `deal:${view.deal._id}`, label, stamp: dealStamp(view) };
}

/** Makes the line of a team that can be joined. */
export function teamOption(view: TeamView): Option {
  return {
    id: `join:${view.team._id}`,
    label: { copy: 'deal.join', params: teamParams(view) },
    stamp: teamStamp(view),
  };
}

/** Takes the id out of an option such as `deal:<id>`; null for other options. */
export function idIn(option: string, kind: 'deal' | 'join' | 'pickup' | 'team' | 'order'): string | null {
  return option.startsWith(`${kind}:`) ? option.slice(kind.length + 1) : null;
}
