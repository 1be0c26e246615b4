import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';

/** Lists what can be wrong with a request, with the HTTP status of each. */
export const PROBLEMS = {
  'bad-request': 400,
  refused: 403,
  'not-found': 404,
  'too-large': 413,
  'not-json': 415,
  failed: 500,
  'not-ready': 503,
} as const;
export type Problem = keyof typeof PROBLEMS;

/** Describes what is wrong with one field of a request. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Answers with a problem as JSON: `{error: {code, message, fields?}}`. */
export function sendProblem(res: Response, code: Problem, message: string, fields?: readonly FieldProblem[]): void {
  res.status(PROBLEMS[code]).json({ error: { code, message, ...(fields ? { fields } : {}) } });
}

/** Parses untrusted data; answers 400 with each field that is wrong and returns undefined when it does not fit. */
export function parseOrRefuse<S extends z.ZodType>(schema: S, data: unknown, res: Response): z.output<S> | undefined {
  const parsed = schema.safeParse(data ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || '(all)',
    message: issue.message,
  }));
  const summary = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
  sendProblem(res, 'bad-request', summary, fields);
  return undefined;
}

/** Answers every address below it that nothing else answered. */
export const noSuchAddress: RequestHandler = (req, res) => {
  sendProblem(res, 'not-found', `there is no ${req.method} ${req.baseUrl}${req.path}`);
};

/** Answers errors of an API as JSON; unexpected ones go to `onError` and tell the caller nothing about the inside. */
export function apiErrors(onError: (error: unknown) => void): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (res.headersSent) return next(error);
    const type = (error as { type?: unknown }).type;
    if (type === 'entity.too.large')
      return sendProblem(res, 'too-large', 'the request is larger than this server takes');
    if (type === 'entity.parse.failed') return sendProblem(res, 'bad-request', 'the body is not valid JSON');
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status < 500)
      return sendProblem(res, 'bad-request', 'the request cannot be read');
    onError(error);
    sendProblem(res, 'failed', 'something went wrong here; the request may be sent again');
  };
}
