import { Flag, type FlagDoc } from '#models/flag';
import { Reward, type RewardDoc } from '#models/reward';
import type { Deps } from './deps.ts';
import { voidReward } from './reward-moves.ts';

export type FlagDecision =
  | { readonly kind: 'decided'; readonly flag: FlagDoc; readonly voided: number }
  | { readonly kind: 'already'; readonly flag: FlagDoc }
  | { readonly kind: 'unknown' };

/** Decides a flag once. Upheld, it voids the rewards between its people, through the ledger; dismissed, it holds nothing any more. */
export async function decideFlag(
  deps: Deps,
  { flagId, uphold, actor }: { readonly flagId: string; readonly uphold: boolean; readonly actor: string },
): Promise<FlagDecision> {
  const state = uphold ? 'upheld' : 'dismissed';
  const { modifiedCount } = await Flag.updateOne(
    { _id: flagId, state: 'open' },
    { $set: { state, decidedBy: actor, decidedAt: deps.clock.now() } },
  );
  const flag = await Flag.findById(flagId).lean<FlagDoc>();
  if (!flag) return { kind: 'unknown' };
  if (flag.state !== state || (modifiedCount === 0 && !uphold)) return { kind: 'already', flag };
  const voided = uphold ? await voidAmong(deps, flag.people) : 0;
  return modifiedCount === 0 && voided === 0 ? { kind: 'already', flag } : { kind: 'decided', flag, voided };
}

async function voidAmong(deps: Deps, people: readonly string[]): Promise<number> {
  const among = { inviterId: { $in: [...people] }, friendId: { $in: [...people] } };
  const rewards = await Reward.find({ ...among, state: { $ne: 'void' } }).lean<RewardDoc[]>();
  const results = [];
  for (const reward of rewards) results.push(await voidReward(deps, reward._id, 'decided'));
  return results.filter(Boolean).length;
}
