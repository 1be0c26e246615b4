import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';

const eta = new Eta({ views: fileURLToPath(new URL('./views', import.meta.url)), cache: true });

/** Renders a page; every value in it is escaped. */
export function renderView(name: 'landing' | 'notice' | 'pay' | 'simulator', values: object): string {
  return eta.render(`./${name}`, values);
}
