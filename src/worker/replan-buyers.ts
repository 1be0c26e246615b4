import type { Deps } from '#domain/deps';
import { planFor } from '#domain/next-messages';
import { replanCustomer } from '#domain/recommendations';
import { Order } from '#models/order';
import type { Recommender } from '#ports/recommender';

/** Rows of a purchase may come this much later than the instant they carry. */
const LATE_MS = 60_000;
const HANDLED_KEPT = 10_000;

/** Finds who bought since an instant and brings her lists and her waiting message up to date, once per purchase and process. */
export function buyersReplanner(recommender: Recommender) {
  const handled = new Set<string>();

  const freshOrders = async (deps: Deps, from: Date | undefined) => {
    const since = new Date((from ?? deps.clock.now()).getTime() - LATE_MS);
    const rows = await Order.find(
      { source: 'chat', confirmedAt: { $gt: since, $lte: deps.clock.now() } },
      { customerId: 1 },
    ).lean();
    return rows.filter(({ _id }) => !handled.has(_id));
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
      for (const { _id } of orders) handled.add(_id);
      return { replanned: customers.size };
    },
  };
}
