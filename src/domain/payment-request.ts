import type { TeamSeat } from '#models/team';
import type { PaymentMethod, PaymentRequest } from '#ports/payment';
import type { Deps } from './deps.ts';
import { orderById } from './order-find.ts';
import { readTeam, seatOfOrder } from './team-store.ts';

const PAYABLE: readonly TeamSeat['state'][] = ['reserved'];

/** Makes what a shopper needs in order to pay; null when nothing is due any more or the way to pay is gone. */
export async function paymentRequest(deps: Deps, orderId: string): Promise<PaymentRequest | null> {
  const order = await orderById(orderId);
  const team = order?.teamId ? await readTeam(order.teamId) : null;
  const seat = team && seatOfOrder(team, orderId);
  const provider = seat && deps.payments.get(seat.method as PaymentMethod);
  if (!order || !team || !seat || !provider || seat.due === 0 || !PAYABLE.includes(seat.state)) return null;
  return provider.request({ orderId, amount: seat.due, currency: team.currency, note: `Toli ${order.code}` });
}
