import { Referral } from '#models/referral';
import { openedAddresses } from './addresses.ts';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';

/** Chains of invitations longer than this are not followed. */
const LONGEST_CHAIN = 50;

/** Climbs from an inviter to the one who brought her, and so on; finds whether the friend stands in that chain. */
export async function chainTo(inviterId: string, friendId: string): Promise<string[] | null> {
  const chain = [inviterId];
  while (chain.length <= LONGEST_CHAIN) {
    const last = chain.at(-1) ?? '';
    if (last === friendId) return chain;
    const above = await Referral.findById(last, { inviterId: 1 }).lean();
    if (!above || (chain.includes(above.inviterId) && above.inviterId !== friendId)) return null;
    chain.push(above.inviterId);
  }
  return null;
}

/** Tells whether two customers are one person as far as addresses say: the same one, merged, or the same number on two channels. */
export async function isSamePerson(deps: Deps, oneId: string, otherId: string): Promise<boolean> {
  const [one, other] = await Promise.all([customerById(oneId), customerById(otherId)]);
  if (!one || !other) return false;
  if (one._id === other._id) return true;
  const addresses = openedAddresses(deps, one);
  return [...openedAddresses(deps, other)].some((address) => addresses.has(address));
}
