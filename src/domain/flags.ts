import { insertOnce } from '#lib/mongo';
import { derivedId } from '#lib/random';
import { Flag, type FlagDoc, type FlagReason } from '#models/flag';
import type { Deps } from './deps.ts';

/** Is what somebody should look at; see {@link FlagDoc}. `key` makes the same observation the same flag. */
export interface NewFlag extends Pick<FlagDoc, 'reason' | 'hold' | 'customerId' | 'people' | 'evidence'> {
  readonly key: string;
}

/** Raises a flag; one that was raised before stays as it is, decided or not. */
export async function raiseFlag(deps: Deps, { key, ...flag }: NewFlag): Promise<void> {
  const _id = derivedId('flag', flag.reason, key);
  await insertOnce(() => Flag.create({ _id, ...flag, state: 'open', at: deps.clock.now() }));
}

/** Lists flags by state, the latest first. */
export async function listFlags(state: FlagDoc['state'] = 'open', limit = 100): Promise<FlagDoc[]> {
  return Flag.find({ state }).sort({ at: -1 }).limit(limit).lean<FlagDoc[]>();
}

/** Lists the reasons that hold back the rewards between two people until somebody decides. */
export async function holdsOn(people: readonly string[]): Promise<FlagReason[]> {
  const flags = await Flag.find({ state: 'open', hold: true, people: { $in: [...people] } }).lean<FlagDoc[]>();
  return [...new Set(flags.map((flag) => flag.reason))];
}
