import { type RequestHandler, Router } from 'express';

/** Finds what is kept about whoever a link was made for; null when the link is wrong or too old. */
export type OwnDataSource = (token: string) => Promise<object | null>;

/** Builds `/my-data/<token>`: the file behind the link a customer gets when she asks for her data. */
export function ownDataRoutes(find: OwnDataSource): Router {
  const routes = Router();
  const answer: RequestHandler<{ token: string }> = async (req, res, next) => {
    const data = await find(req.params.token);
    if (!data) return next();
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' });
    res.attachment('my-data.json').json(data);
  };
  routes.get('/my-data/:token', answer);
  return routes;
}
