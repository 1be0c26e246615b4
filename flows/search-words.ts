import { plainText, wordsOf } from '#conversation/plain-text';
import type { DealView } from '#domain/deals';

/** Finds the deals whose product has every word of the search in its names, in any language, by beginnings of words. */
export function matching(deals: readonly DealView[], search: string): readonly DealView[] {
  const wanted = wordsOf(plainText(search));
  if (wanted.length === 0) return [];
  return deals.filter(({ product }) => {
    const words = Object.values(product.names).flatMap((name) => wordsOf(plainText(name)));
    return wanted.every((word) => words.some((other) => other.startsWith(word)));
  });
}

/** A shorter word is the beginning of too many others. */
const SHORTEST_TELLING = 3;

/** Finds the first word of a free text that names something on sale; null when none does. */
export function wordOnSale(deals: readonly DealView[], text: string): string | null {
  const words = wordsOf(plainText(text)).filter((word) => [...word].length >= SHORTEST_TELLING && /\p{L}/u.test(word));
  return words.find((word) => matching(deals, word).length > 0) ?? null;
}
