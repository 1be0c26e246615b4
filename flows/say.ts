import type { CopyValue, Option, Sentence } from '#conversation/flow';
import type { ProductDoc } from '#models/product';

/** Puts an amount of minor units into a sentence. */
export const money = (minor: number, currency: string): CopyValue => ({ money: minor, currency });

/** Puts an instant into a sentence. */
export const instant = (at: Date): CopyValue => ({ time: at.toISOString() });

/** Puts a product's name into a sentence. */
export const named = ({ names }: Pick<ProductDoc, 'names'>): CopyValue => ({ names });

/** Puts a sentence into another one. */
export const within = ({ copy, params }: Sentence): CopyValue => ({ copy, ...(params ? { params } : {}) });

/** Offers a choice whose label has nothing to fill in. */
export const option = (id: string, copy: string): Option => ({ id, label: { copy } });

/** Lists the options of a question that is answered by yes or no. */
export const YES_NO: readonly Option[] = [option('yes', 'option.yes'), option('no', 'option.no')];

/** Puts sentences under one another, as one. */
export function stacked([first, ...rest]: readonly [Sentence, ...Sentence[]]): Sentence {
  const [next, ...others] = rest;
  if (!next) return first;
  return { copy: 'text.lines', params: { first: within(first), rest: within(stacked([next, ...others])) } };
}
