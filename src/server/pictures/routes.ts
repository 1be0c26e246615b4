import { type RequestHandler, type Response, Router } from 'express';
import { pictureCache } from './cache.ts';
import { CARD_FORMATS, type CardFormat, type DealCard, dealCard } from './deal-card.ts';
import { upiQr } from './upi-qr.ts';

/** Finds what pictures show; undefined means there is no such thing. */
export interface PictureSource {
  /** `language` is what the address asks for, as it stands there (`?lang=hi`), or `en`. */
  deal(dealId: string, language: string): Promise<DealCard | undefined>;
  /** Finds the `upi://pay?…` link of an order that can be paid that way. */
  upi(orderId: string): Promise<string | undefined>;
}

const PICTURES_KEPT = 200;
const FILE = /^([\w.:-]{1,120})\.(png|webp|jpg)$/;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z]{2,8}){0,2}$/;

/** Builds `/pictures/deal/<id>.png|webp|jpg?lang=hi` and `/pictures/upi/<order>.png`. */
export function pictureRoutes(source: PictureSource): Router {
  const routes = Router();
  const cached = pictureCache(PICTURES_KEPT);
  routes.use((_req, res, next) => {
    // Messengers fetch previews from other origins.
    res.set('Cross-Origin-Resource-Policy', 'cross-origin');
    next();
  });
  routes.get('/deal/:file', dealPicture(source, cached));
  routes.get('/upi/:file', upiPicture(source));
  return routes;
}

type Cached = ReturnType<typeof pictureCache>;

function dealPicture(source: PictureSource, cached: Cached): RequestHandler<{ file: string }> {
  return async (req, res, next) => {
    const [, id = '', extension = ''] = FILE.exec(req.params.file) ?? [];
    const asked = req.query['lang'];
    const language = typeof asked === 'string' && LANGUAGE.test(asked) ? asked : 'en';
    const card = id === '' ? undefined : await source.deal(id, language);
    const format = CARD_FORMATS.find((known) => known === extension);
    if (!card || !format) return next();
    const picture = await cached(JSON.stringify([card, format]), () => dealCard(card, format));
    sendPicture(res, picture, format, 'public, max-age=300');
  };
}

function upiPicture(source: PictureSource): RequestHandler<{ file: string }> {
  return async (req, res, next) => {
    const [, id = '', extension = ''] = FILE.exec(req.params.file) ?? [];
    const link = extension === 'png' ? await source.upi(id) : undefined;
    if (link === undefined) return next();
    sendPicture(res, await upiQr(link), 'png', 'private, no-store');
  };
}

function sendPicture(res: Response, picture: Buffer, format: CardFormat, caching: string): void {
  res.type(format).set('Cache-Control', caching).send(picture);
}
