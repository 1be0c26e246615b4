import { REWARD_MOVES, Reward, type RewardDoc, type VoidReason } from '#models/reward';
import type { Deps } from './deps.ts';
import { settleReward } from './reward-settling.ts';

/** Makes a pending reward usable; false when it was not pending any more. */
export async function releaseReward(deps: Deps, reward: RewardDoc): Promise<boolean> {
  return move(deps, reward, { state: 'available', availableAt: deps.clock.now() });
}

/** Ends an available reward because a payout covered it; false when it was not available any more. */
export async function markPaidOut(deps: Deps, reward: RewardDoc, payout: string): Promise<boolean> {
  return move(deps, reward, { state: 'paid-out', endedAt: deps.clock.now(), payout });
}

/**
 * Voids a reward, whichever state it is in: a pending one never was, an available one is taken back from the credit, a
 * paid-out one leaves a debt.
 */
export async function voidReward(deps: Deps, id: string, reason: VoidReason): Promise<boolean> {
  for (let tries = 0; tries < 10; tries++) {
    const reward = await Reward.findById(id).lean<RewardDoc>();
    if (!reward || reward.state === 'void' || reward.clawedBackAt) return false;
    const now = deps.clock.now();
    if (reward.state === 'paid-out') {
      if (await claw(deps, reward, reason, now)) return true;
    } else if (await move(deps, reward, { state: 'void', endedAt: now, reason })) return true;
  }
  throw new Error(`rewards: reward ${id} could not be voided; other writers win every time.`);
}

type Change = Partial<RewardDoc> & Pick<RewardDoc, 'state'>;

async function move(deps: Deps, reward: RewardDoc, change: Change): Promise<boolean> {
  const allowed: readonly string[] = REWARD_MOVES[reward.state];
  if (!allowed.includes(change.state)) return false;
  const { modifiedCount } = await Reward.updateOne(
    { _id: reward._id, state: reward.state },
    { $set: { ...change, unsettled: true } },
  );
  if (modifiedCount === 1) await settleReward(deps, { ...reward, ...change });
  return modifiedCount === 1;
}

async function claw(deps: Deps, reward: RewardDoc, reason: VoidReason, now: Date): Promise<boolean> {
  const change = { clawedBackAt: now, reason };
  const { modifiedCount } = await Reward.updateOne(
    { _id: reward._id, state: 'paid-out', clawedBackAt: { $exists: false } },
    { $set: { ...change, unsettled: true } },
  );
  if (modifiedCount === 1) await settleReward(deps, { ...reward, ...change });
  return modifiedCount === 1;
}
