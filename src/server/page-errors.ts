import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { PROBLEMS, type Problem, sendProblem } from './problem.ts';
import { renderView } from './views.ts';
import { languageOf, wordsIn } from './words.ts';

/** Says in plain words, in the reader's language, that there is no such page; tools get JSON. */
export const noSuchPage: RequestHandler = (req, res) => {
  sendNotice(req, res, 'not-found', 'notFound');
};

/** Refuses a page with a reason for the person at this machine. */
export function refusePage(reason: string): RequestHandler {
  return (req, res) => sendNotice(req, res, 'refused', 'refused', `${reason}.`);
}

/** Answers errors of pages in plain words; unexpected ones go to `onError`. */
export function pageErrors(onError: (error: unknown) => void): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status < 500) return sendNotice(req, res, 'not-found', 'notFound');
    onError(error);
    sendNotice(req, res, 'failed', 'failed');
  };
}

function sendNotice(
  req: Request,
  res: Response,
  code: Problem,
  words: 'notFound' | 'failed' | 'refused',
  reason?: string,
): void {
  const language = languageOf(req);
  const say = wordsIn(language);
  const title = say(`${words}.title`);
  const text = reason ?? (words === 'refused' ? '' : say(`${words}.text`));
  res.vary('Accept').vary('Accept-Language').set('Cache-Control', 'no-store');
  if (req.accepts('html')) res.status(PROBLEMS[code]).send(renderView('notice', { language, title, text }));
  else sendProblem(res, code, text);
}
