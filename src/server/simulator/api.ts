import { json, type Request, type RequestHandler, type Response, Router } from 'express';
import { apiErrors, noSuchAddress, parseOrRefuse, sendProblem } from '../problem.ts';
import type { SimulatorHandlers } from './handlers.ts';
import { publicMessage } from './message.ts';
import { clockRequest, historyRequest, linkRequest, messageRequest, paymentRequest } from './requests.ts';
import { streamMessages } from './stream.ts';

/** Allows for the longest text with every character written as an escape. */
const LARGEST_BODY = '512kb';
const MOST_MESSAGES = 500;

/** Builds the simulator's HTTP API, mounted under `/simulator/api`. */
export function simulatorApi(handlers: SimulatorHandlers, onError: (error: unknown) => void): Router {
  const api = Router();
  api.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  api.post('/{*any}', jsonOnly, json({ limit: LARGEST_BODY, strict: true }));
  api.post('/messages', receiveMessage(handlers));
  api.get('/messages', readMessages(handlers));
  api.get('/stream', streamMessages(handlers, onError));
  api.post('/payments', recordPayment(handlers));
  api.get('/clock', (_req, res) => void res.json(clockFace(handlers)));
  api.post('/clock', moveClock(handlers));
  api.post('/link', linkCustomer(handlers));
  api.use(noSuchAddress);
  api.use(apiErrors(onError));
  return api;
}

/** A page of another site cannot send this content type without asking first. */
const jsonOnly: RequestHandler = (req, res, next) => {
  if (req.is('application/json')) next();
  else sendProblem(res, 'not-json', 'send JSON with the header Content-Type: application/json');
};

function receiveMessage({ channel }: SimulatorHandlers): RequestHandler {
  return async (req, res) => {
    const message = parseOrRefuse(messageRequest, req.body, res);
    if (!message) return;
    const { id, option, replyTo, ...rest } = message;
    const taken = await channel.receive({
      ...rest,
      ...(id === undefined ? {} : { id }),
      ...(option === undefined ? {} : { option }),
      ...(replyTo === undefined ? {} : { replyTo }),
    });
    if (taken.kind === 'stored') res.status(202).json({ id: taken.id });
    else sendProblem(res, 'not-ready', 'the bot is not taking messages now; send it again in a moment');
  };
}

function readMessages({ channel }: SimulatorHandlers): RequestHandler {
  return async (req, res) => {
    const wanted = parseOrRefuse(historyRequest, req.query, res);
    if (!wanted) return;
    const { phone, after, wait } = wanted;
    const signal = signalOfClose(res);
    const entries = await channel.read({ phone, after, limit: MOST_MESSAGES, waitMs: wait * 1_000, signal });
    res.json({ messages: entries.map(publicMessage) });
  };
}

function recordPayment({ onPayment }: SimulatorHandlers): RequestHandler {
  return async (req, res) => {
    const payment = parseOrRefuse(paymentRequest, req.body, res);
    if (!payment) return;
    const { orderId, event, ...optional } = payment;
    const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
    await onPayment({ orderId, event, ...given });
    res.status(202).json({ recorded: true, orderId });
  };
}

function moveClock(handlers: SimulatorHandlers): RequestHandler {
  return async (req: Request, res) => {
    if (!handlers.advanceClock)
      return sendProblem(res, 'refused', 'the clock cannot be moved; start with SIMULATOR_CLOCK=on');
    const wanted = parseOrRefuse(clockRequest, req.body, res);
    if (!wanted) return;
    await handlers.advanceClock(wanted.advanceSeconds);
    res.json(clockFace(handlers));
  };
}

function clockFace({ now, advanceClock }: SimulatorHandlers) {
  return { now: now().toISOString(), movable: advanceClock !== undefined };
}

function linkCustomer(handlers: SimulatorHandlers): RequestHandler {
  return async (req, res) => {
    if (!handlers.linkCustomer) return sendProblem(res, 'refused', 'no customers can be linked here');
    const wanted = parseOrRefuse(linkRequest, req.body, res);
    if (!wanted) return;
    const outcome = await handlers.linkCustomer(wanted.phone, wanted.importId);
    if (outcome.kind === 'linked') res.json({ linked: true });
    else sendProblem(res, 'bad-request', outcome.reason);
  };
}

/** Makes a signal that aborts when the other side hangs up, so that nobody is waited for in vain. */
export function signalOfClose(res: Response): AbortSignal {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  return gone.signal;
}
