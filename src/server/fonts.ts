import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';

const fontFile = (path: string) => fileURLToPath(import.meta.resolve(`@expo-google-fonts/${path}`));

/** Finds the font files by script and weight; each is looked up only when asked for. */
export const FONT_FILES = {
  latin: {
    regular: () => fontFile('noto-sans/500Medium/NotoSans_500Medium.ttf'),
    bold: () => fontFile('noto-sans/700Bold/NotoSans_700Bold.ttf'),
  },
  devanagari: {
    regular: () => fontFile('noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf'),
    medium: () => fontFile('noto-sans-devanagari/500Medium/NotoSansDevanagari_500Medium.ttf'),
    bold: () => fontFile('noto-sans-devanagari/700Bold/NotoSansDevanagari_700Bold.ttf'),
  },
} as const;

/** Serves the Devanagari letters to browsers that have none, at `/regular.ttf` and `/bold.ttf`. */
export function fontRoutes(): Router {
  const send =
    (file: () => string): RequestHandler =>
    (_req, res) => {
      res.set('Cache-Control', 'public, max-age=604800');
      res.sendFile(file());
    };
  const routes = Router();
  routes.get('/regular.ttf', send(FONT_FILES.devanagari.regular));
  routes.get('/bold.ttf', send(FONT_FILES.devanagari.bold));
  return routes;
}
