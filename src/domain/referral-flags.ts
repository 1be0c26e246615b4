import type { CustomerDoc } from '#models/customer';
import { Order, type OrderDoc } from '#models/order';
import { Referral } from '#models/referral';
import type { Deps } from './deps.ts';
import { raiseFlag } from './flags.ts';

/** So many friends, all of whose cash orders were refused at the door, make a circle worth looking at. */
const CIRCLE_SIZE = 3;

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Flags a friend whose order goes to her inviter's own door. Families and hostels do that too: it holds nothing back. */
export async function flagSharedPlace(deps: Deps, inviter: CustomerDoc, order: OrderDoc): Promise<void> {
  const [one, other] = [inviter.place, order.place];
  if (one?.kind !== 'address' || other?.kind !== 'address') return;
  if (one.pinCode !== other.pinCode || plain(one.text) !== plain(other.text)) return;
  const people = [inviter._id, order.customerId];
  const evidence = { orderId: order._id, pinCode: one.pinCode };
  await raiseFlag(deps, {
    key: people.join(),
    reason: 'shared-address',
    hold: false,
    customerId: inviter._id,
    people,
    evidence,
  });
}

/** Flags an inviter when the cash orders of three or more of her friends were all refused at the door. */
export async function flagRefusedCircle(deps: Deps, order: OrderDoc): Promise<void> {
  if (order.method !== 'cod' || order.fulfilment.state !== 'refused') return;
  const referral = await Referral.findById(order.customerId).lean();
  if (!referral) return;
  const friends = await Referral.find({ inviterId: referral.inviterId }, { _id: 1 }).lean();
  const ids = friends.map((friend) => friend._id);
  const orders = await Order.find(
    { customerId: { $in: ids }, source: 'chat', 'fulfilment.state': { $in: ['delivered', 'refused', 'packed'] } },
    { customerId: 1, fulfilment: 1 },
  ).lean();
  const refusers = new Set(orders.map((row) => row.customerId));
  if (refusers.size < CIRCLE_SIZE || orders.some((row) => row.fulfilment.state !== 'refused')) return;
  await raiseFlag(deps, {
    key: referral.inviterId,
    reason: 'refused-cod-circle',
    hold: true,
    customerId: referral.inviterId,
    people: [referral.inviterId, ...refusers],
    evidence: { refused: orders.map((row) => row._id), friends: refusers.size },
  });
}
