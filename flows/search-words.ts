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
