import { fileURLToPath } from 'node:url';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import { fontRoutes } from './fonts.ts';
import type { LandingSource } from './landing/landing-view.ts';
import { landingRoutes } from './landing/routes.ts';
import { loopbackOnly } from './loopback-only.ts';
import { type OwnDataSource, ownDataRoutes } from './own-data.ts';
import { noSuchPage, pageErrors, refusePage } from './page-errors.ts';
import { type PictureSource, pictureRoutes } from './pictures/routes.ts';
import { sendProblem } from './problem.ts';
import { securityHeaders } from './security-headers.ts';
import { simulatorApi } from './simulator/api.ts';
import type { SimulatorHandlers } from './simulator/handlers.ts';
import { simulatorPages } from './simulator/pages.ts';

/** Says whether messages can be taken, with whatever else is worth knowing, as JSON. */
export interface Health {
  readonly ok: boolean;
  readonly [detail: string]: unknown;
}

/** Holds everything the server needs from the rest; it starts nothing and keeps no state of its own. */
export interface ServerOptions {
  /** The address people reach this server under. */
  readonly publicUrl: string;
  health(): Promise<Health>;
  readonly landing: LandingSource;
  readonly pictures: PictureSource;
  readonly ownData: OwnDataSource;
  /** Present only when the simulator is on. */
  readonly simulator?: SimulatorHandlers;
  /** The bot's own number in E.164, for links into the chat. */
  readonly botNumber?: string;
  /** Hears of unexpected errors. */
  readonly onError?: (error: unknown) => void;
}

const PUBLIC = fileURLToPath(new URL('./public', import.meta.url));

/** Builds the express app; the caller listens with it and closes it. */
export function createServer(options: ServerOptions): Express {
  const { publicUrl, simulator, botNumber, onError = () => undefined } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(securityHeaders(publicUrl));
  app.use(compression());
  app.get('/health', health(options));
  app.use('/assets/fonts', fontRoutes());
  app.use('/assets', express.static(PUBLIC, { index: false, maxAge: 0 }));
  app.use('/pictures', pictureRoutes(options.pictures));
  app.use(ownDataRoutes(options.ownData));
  app.use(landingRoutes(options.landing, { publicUrl, botNumber, simulator: simulator !== undefined }));
  if (simulator) mountSimulator(app, simulator, onError);
  app.use(noSuchPage);
  app.use(pageErrors(onError));
  return app;
}

function mountSimulator(app: Express, simulator: SimulatorHandlers, onError: (error: unknown) => void): void {
  const refuseCall =
    (reason: string): RequestHandler =>
    (_req, res) =>
      sendProblem(res, 'refused', reason);
  app.use('/simulator/api', loopbackOnly(refuseCall), simulatorApi(simulator, onError));
  app.use(['/simulator', '/pay'], loopbackOnly(refusePage));
  app.use(simulatorPages(simulator));
  app.get('/', (_req, res) => res.redirect('/simulator'));
}

function health(options: ServerOptions): RequestHandler {
  return async (_req, res) => {
    const state = await options.health().catch((error: unknown): Health => {
      options.onError?.(error);
      return { ok: false, reason: 'the check itself failed' };
    });
    res
      .status(state.ok ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(state);
  };
}
