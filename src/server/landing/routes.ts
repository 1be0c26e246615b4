import { type Request, type RequestHandler, Router } from 'express';
import { reasonToRefuse } from '../loopback-only.ts';
import { renderView } from '../views.ts';
import { languageOf, type PageLanguage, type Say, wordsIn } from '../words.ts';
import type { FindLanding, LandingSource, LandingView } from './landing-view.ts';

export interface LandingOptions {
  readonly publicUrl: string;
  /** The bot's own number in E.164, once there is one. */
  readonly botNumber?: string | undefined;
  readonly simulator: boolean;
}

const CODE = /^[0-9A-Za-z-]{3,32}$/;

/** Builds the pages that links lead to: `/r/<code>` of an invitation, `/t/<code>` of a team. */
export function landingRoutes(source: LandingSource, options: LandingOptions): Router {
  const routes = Router();
  routes.get('/r/:code', landingPage(source.invite, options));
  routes.get('/t/:code', landingPage(source.team, options));
  return routes;
}

function landingPage(find: FindLanding, options: LandingOptions): RequestHandler<{ code: string }> {
  return async (req, res) => {
    const language = languageOf(req as Request);
    const say = wordsIn(language);
    const code = req.params.code.toUpperCase();
    const view = CODE.test(code) ? await find(code, language) : ({ kind: 'unknown' } as const);
    res.set({ 'Cache-Control': 'no-store', Vary: 'Accept-Language', 'Content-Language': language });
    if (view.kind === 'found') return void res.send(page(view, code, language, say, req as Request, options));
    const values = { language, title: say('unknown.title'), text: say('unknown.text') };
    res.status(404).send(renderView('notice', values));
  };
}

function page(
  view: LandingView,
  code: string,
  language: PageLanguage,
  say: Say,
  req: Request,
  options: LandingOptions,
): string {
  const { publicUrl, botNumber, simulator } = options;
  const message = `JOIN ${code}${sharerOf(req)}`;
  const text = encodeURIComponent(message);
  const waLink = view.waLink ?? (botNumber ? `https://wa.me/${botNumber.replace(/\D/g, '')}?text=${text}` : undefined);
  const local = reasonToRefuse({ remoteAddress: req.socket.remoteAddress, headers: req.headers }) === undefined;
  const heading = headingOf(view, say);
  const state = stateOf(view, say);
  const preview = previewOf(view, heading, state, `${publicUrl}${req.path}`, publicUrl);
  return renderView('landing', {
    language,
    say,
    view,
    message,
    heading,
    state,
    preview,
    title: `${view.title} · ${say('brand')}`,
    waLink,
    imageUrl: view.imageUrl,
    teamLabel: view.size === undefined ? say('price.team') : say('price.teamOf', { size: view.size }),
    simulatorLink: simulator && local ? `/simulator?text=${text}` : undefined,
  });
}

/** Reads whose link of a team this is, so that the message credits the seat to her: ` <code>`, or nothing. */
function sharerOf({ query }: Request): string {
  const by = typeof query['by'] === 'string' ? query['by'].toUpperCase() : '';
  return CODE.test(by) ? ` ${by}` : '';
}

function headingOf({ state, inviter }: LandingView, say: Say): string {
  if (state.kind === 'invite') return inviter ? say('invite.heading', { inviter }) : say('invite.headingNoName');
  return inviter ? say('team.headingName', { inviter }) : say('team.heading');
}

function stateOf({ state }: LandingView, say: Say): string {
  if (state.kind !== 'open') return say(`state.${state.kind}`);
  const { missing, until } = state;
  return until === undefined ? say('state.open', { missing }) : say('state.openUntil', { missing, until });
}

/** Fills the tags a messenger builds its preview card from; they want whole addresses. */
function previewOf(view: LandingView, heading: string, state: string, url: string, publicUrl: string) {
  const price = view.teamPrice === undefined ? [] : [view.teamPrice];
  return {
    'og:type': 'website',
    'og:site_name': 'Toli',
    'og:url': url,
    'og:title': `${heading}: ${view.title}`,
    'og:description': [...price, state].join(' · '),
    ...(view.imageUrl === undefined
      ? {}
      : {
          'og:image': new URL(view.imageUrl, publicUrl).href,
          'og:image:width': '1200',
          'og:image:height': '630',
          'og:image:alt': view.title,
        }),
  };
}
