import type { ProductFacts } from '#domain/imports-rows';
import { median } from '#lib/median';
import type { Line } from './online-retail-rows.ts';

interface Counted {
  readonly names: Map<string, number>;
  readonly prices: Map<number, number>;
}

/** Gathers names and prices of products line by line. */
export class ProductCounter {
  readonly #products = new Map<string, Counted>();

  /** Takes one line into account. */
  add({ code, description, quantity, price }: Line): void {
    const known = this.#products.get(code) ?? { names: new Map(), prices: new Map() };
    this.#products.set(code, known);
    if (description !== '') count(known.names, description);
    if (quantity > 0) count(known.prices, price);
  }

  /** Lists every product met, by code. */
  products(): ProductFacts[] {
    return [...this.#products].map(([code, { names, prices }]) => {
      const name = sentenceCase(mostFrequent(names) ?? code);
      return { code, name, price: median(prices), ...motifFor(name) };
    });
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostFrequent(counts: ReadonlyMap<string, number>): string | undefined {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
}

function sentenceCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** Says which words of a name lead to which motif and category; the first that fits. */
const MOTIFS: readonly (readonly [RegExp, artwork: string, category: string])[] = [
  [/\b(mugs?|cups?|teacups?|saucers?)\b/, 'cup', 'kitchen'],
  [/\b(tea|coffee|sugar)\b/, 'tea', 'kitchen'],
  [/\b(light|lights|lamp|lantern|candle|candles|t-light|tealight|holder)\b/, 'lamp', 'home'],
  [/\b(hearts?|valentine|love)\b/, 'heart', 'home'],
  [/\b(tins?|box|boxes|storage|jars?|cannister|drawer)\b/, 'tin', 'kitchen'],
  [/\b(bags?|lunch|shopper|jumbo|purse|backpack|charlotte)\b/, 'school-bag', 'bags'],
  [/\b(toys?|dolls?|doll|game|playhouse|soldier|puzzle|children)\b/, 'toys', 'toys'],
  [/\b(soap|bath|towel)\b/, 'soap', 'home'],
  [/\b(cake|cakestand|biscuit|baking|cases)\b/, 'biscuits', 'kitchen'],
];

function motifFor(name: string): { artwork: string; category: string } {
  const lower = name.toLowerCase();
  const [, artwork, category] = MOTIFS.find(([words]) => words.test(lower)) ?? [null, 'gift', 'gifts'];
  return { artwork, category };
}
