import type { CopyParams, Reply, Sentence } from '#lib/sentence';
import type { DealDoc } from '#models/deal';
import type { ProductDoc } from '#models/product';
import type { Deps } from './deps.ts';
import type { SpokenKind } from './next-message-kinds.ts';
import type { Candidate } from './next-messages-candidates.ts';
import { reasonOf } from './recommendations.ts';

/** Holds the copy key of each kind of next message. */
const COPY = {
  deal: 'next.deal',
  again: 'next.again',
  team: 'next.team',
  'win-back': 'next.win-back',
} as const satisfies { readonly [kind in SpokenKind]: string };

/** Is the sentence that goes where no list gave a reason. */
const NO_REASON: Sentence = { copy: 'reason.none' };

/**
 * Writes a candidate as the message that is sent. Params: `product`, `deal` (the number people type after DEAL),
 * `price`, `solo`, `saving`, `size`, `until`, `reason`; for a team also `missing` and `code`.
 */
export function messageOf(
  deps: Deps,
  { kind, deal, product, team, suggestion }: Candidate,
  names: ReadonlyMap<string, { [language: string]: string }>,
): Reply {
  return {
    copy: COPY[kind],
    params: {
      ...paramsOf(deal, product),
      until: { time: (team?.expiresAt ?? deal.endsAt).toISOString() },
      reason: suggestion ? reasonOf(suggestion, product, names) : NO_REASON,
      ...(team ? { missing: team.missing, code: team.code } : {}),
    },
    image: pictureOf(deps, deal),
  };
}

/** Writes a deal as a broadcast sends it: the params of `messageOf` without a reason, under `broadcast.deal`. */
export function broadcastMessage(deps: Deps, deal: DealDoc, product: ProductDoc): Reply {
  return { copy: 'broadcast.deal', params: paramsOf(deal, product), image: pictureOf(deps, deal) };
}

function paramsOf(deal: DealDoc, product: ProductDoc): CopyParams {
  const money = (minor: number) => ({ money: minor, currency: deal.currency });
  return {
    product: { names: product.names },
    deal: deal.number,
    price: money(deal.teamPrice),
    solo: money(deal.soloPrice),
    saving: money(deal.soloPrice - deal.teamPrice),
    size: deal.size,
    until: { time: deal.endsAt.toISOString() },
  };
}

function pictureOf(deps: Deps, deal: DealDoc): { readonly url: string } {
  return { url: `${deps.publicUrl}/pictures/deal/${deal._id}.png` };
}
