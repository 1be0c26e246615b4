import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import { loopbackOnly } from './loopback-only.ts';
import { sendProblem } from './problem.ts';
import { simulatorApi } from './simulator/api.ts';
import type { SimulatorHandlers } from './simulator/handlers.ts';

/** Says whether messages can be taken, with whatever else is worth knowing, as JSON. */
export interface Health {
  readonly ok: boolean;
  readonly [detail: string]: unknown;
}

/** Holds everything the server needs from the rest; it starts nothing and keeps no state of its own. */
export interface ServerOptions {
  /** The address people reach this server under, without a slash at the end. */
  readonly publicUrl: string;
  health(): Promise<Health>;
  /** Present only when the simulator is on. */
  readonly simulator?: SimulatorHandlers;
  /** Hears of unexpected errors. */
  readonly onError?: (error: unknown) => void;
}

/** Builds the express app; the caller listens with it and closes it. */
export function createServer(options: ServerOptions): Express {
  const { simulator, onError = () => undefined } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(compression());
  app.get('/health', health(options));
  if (simulator) {
    const refuse =
      (reason: string): RequestHandler =>
      (_req, res) =>
        sendProblem(res, 'refused', reason);
    app.use('/simulator/api', loopbackOnly(refuse), simulatorApi(simulator, onError));
  }
  return app;
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
