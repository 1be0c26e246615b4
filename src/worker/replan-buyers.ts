import type { Deps } from '#domain/deps';
import { type Buyer, buyersBetween } from '#domain/lists-history';
import { planFor } from '#domain/next-messages';
import { replanCustomer } from '#domain/recommendations';
import type { Recommender } from '#ports/recommender';

/** Rows of a purchase may come this much later than the instant they carry. */
const LATE_MS = 60_000;
const HANDLED_KEPT = 10_000;

/** Finds who bought since an instant and brings her lists and her waiting message up to date, once per purchase and process. */
export function buyersReplanner(recommender: Recommender) {
  const handled = new Set<string>();

  const freshOrders = async (deps: Deps, from: Date | undefined): Promise<Buyer[]> => {
    const now = deps.clock.now();
    const bought = await buyersBetween(new Date((from ?? now).getTime() - LATE_MS), now);
    return bought.filter(({ orderId }) => !handled.has(orderId));
  };

  return {
    hasWork: async (deps: Deps, from: Date | undefined): Promise<boolean> => (await freshOrders(deps, from)).length > 0,
    run: async (deps: Deps, from: Date | undefined): Promise<{ replanned: number }> => {
      const orders = await freshOrders(deps, from);
      const customers = new Set(orders.map(({ customerId }) => customerId));
      for (const customerId of customers) {
        await replanCustomer(deps, customerId, recommender);
        await planFor(deps, customerId, { supersedeOnly: true });
      }
      if (handled.size > HANDLED_KEPT) handled.clear();
      for (const { orderId } of orders) handled.add(orderId);
      return { replanned: customers.size };
    },
  };
}
