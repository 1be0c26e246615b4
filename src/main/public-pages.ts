import { exportData } from '#domain/data-export';
import { customerOfExport } from '#domain/data-export-link';
import { type DealView, dealById } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { paymentRequest } from '#domain/payments';
import { maskedName } from '#domain/person-labels';
import { ownerOfInvite } from '#domain/referrals';
import { type TeamView, teamByCode } from '#domain/teams';
import { formatMoney } from '#lib/money';
import type { FindLanding, LandingSource, LandingState, LandingView } from '#server/landing/landing-view';
import type { OwnDataSource } from '#server/own-data';
import type { DealCard } from '#server/pictures/deal-card';
import type { PictureSource } from '#server/pictures/routes';

const LOCALES: { readonly [language: string]: string } = { en: 'en-IN', hi: 'hi-IN', 'hi-Latn': 'en-IN' };

/** Finds what the pages behind shared links show. */
export function landingSource(deps: Deps): LandingSource {
  const team: FindLanding = (code, language) => teamLanding(deps, code, language);
  return { invite: firstFound(inviteLanding, team), team: firstFound(team, inviteLanding) };
}

/** Looks in a second place for a code that came under the other kind of address. */
function firstFound(first: FindLanding, second: FindLanding): FindLanding {
  return async (code, language) => {
    const view = await first(code, language);
    return view.kind === 'found' ? view : second(code, language);
  };
}

const inviteLanding: FindLanding = async (code) => {
  const owner = await ownerOfInvite(code.toUpperCase());
  if (!owner) return { kind: 'unknown' };
  return { kind: 'found', title: 'Toli', inviter: maskedName(owner), state: { kind: 'invite' } };
};

async function teamLanding(deps: Deps, code: string, language: 'en' | 'hi'): ReturnType<FindLanding> {
  const view = await teamByCode(deps, code.toUpperCase());
  if (!view) return { kind: 'unknown' };
  const { deal } = view;
  const price = (minor: number) => formatMoney(minor, deal.currency, LOCALES[language]);
  const found: LandingView = {
    kind: 'found',
    title: view.product.names[language] ?? view.product.names['en'] ?? deal.productId,
    teamPrice: price(deal.teamPrice),
    soloPrice: price(deal.soloPrice),
    saving: price(deal.soloPrice - deal.teamPrice),
    size: view.team.size,
    state: stateOf(deps, view, language),
    imageUrl: `/pictures/deal/${deal._id}.png?lang=${language}`,
  };
  return found;
}

function stateOf(deps: Deps, { team, deal, missing }: TeamView, language: 'en' | 'hi'): LandingState {
  if (team.state === 'succeeded') return { kind: 'full' };
  const running = team.state === 'open' || team.state === 'forming';
  if (!running || (team.expiresAt && team.expiresAt <= deps.clock.now())) return { kind: 'ended' };
  if (missing <= 0) return { kind: 'full' };
  if (!team.expiresAt) return { kind: 'open', missing };
  return { kind: 'open', missing, until: timeOf(team.expiresAt, deps.rulesOf(deal.market).zone, language) };
}

function timeOf(at: Date, timeZone: string, language: 'en' | 'hi'): string {
  const format = { timeZone, weekday: 'long', hour: 'numeric', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(LOCALES[language], format).format(at);
}

/** Finds what pictures show. */
export function pictureSource(deps: Deps): PictureSource {
  return {
    deal: async (dealId, language) => {
      const view = await dealById(deps, dealId);
      return view ? cardOf(view, language) : undefined;
    },
    upi: async (orderId) => {
      const request = await paymentRequest(deps, orderId);
      return request?.url?.startsWith('upi:') ? request.url : undefined;
    },
  };
}

function cardOf({ deal, product }: DealView, language: string): DealCard {
  const price = (minor: number) => formatMoney(minor, deal.currency, LOCALES[language] ?? 'en-IN');
  return {
    names: product.names,
    language,
    teamPrice: price(deal.teamPrice),
    soloPrice: price(deal.soloPrice),
    saving: price(deal.soloPrice - deal.teamPrice),
    size: deal.size,
    artwork: product.artwork,
    category: product.category,
  };
}

/** Finds the file behind a link to somebody's own data. */
export function ownDataSource(deps: Deps): OwnDataSource {
  return async (token) => {
    const customerId = customerOfExport(deps, token);
    return customerId === null ? null : exportData(deps, customerId);
  };
}
