import { type DealView, dealById, dealByNumber } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { RefusedError } from './cli-error.ts';

/** Finds the deal an operator means: its number, as people type it after DEAL, or its id. Throws a RefusedError. */
export async function whichDeal(deps: Deps, text: string): Promise<DealView> {
  const [, number] = /^(?:deal\s*)?(\d{1,9})$/i.exec(text.trim()) ?? [];
  const view = number ? await dealByNumber(deps, Number(number)) : await dealById(deps, text.trim());
  if (view) return view;
  throw new RefusedError(`There is no deal "${text}". Deals have a number: see "toli deal list".`);
}
