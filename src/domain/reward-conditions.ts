import type { Sentence } from '#lib/sentence';
import { Order, type OrderDoc } from '#models/order';
import { Product } from '#models/product';
import type { RewardDoc } from '#models/reward';
import type { Deps } from './deps.ts';
import { holdsOn } from './flags.ts';
import { returnWindowEnds } from './return-window.ts';

/** Lists what must be true before a reward can be used, in the order it comes true. */
export const REWARD_CONDITIONS = ['paid', 'delivered', 'return-window', 'review'] as const;

/** Is one condition of a reward: `date` is when it came true, or when it will if that is known. */
export interface RewardCondition {
  readonly condition: (typeof REWARD_CONDITIONS)[number];
  readonly done: boolean;
  readonly date?: Date;
}

/** Lists the conditions of a reward and which of them are met now; `review` only while somebody has to look. */
export async function conditionsOf(deps: Deps, reward: RewardDoc): Promise<RewardCondition[]> {
  const order = await Order.findById(reward.orderId).lean<OrderDoc>();
  if (!order) return [{ condition: 'paid', done: false }];
  const holds = await holdsOn([reward.inviterId, reward.friendId]);
  const conditions = [paid(order), delivered(order), await pastReturns(deps, order)];
  return holds.length > 0 ? [...conditions, { condition: 'review', done: false }] : conditions;
}

/** Names the first thing a reward waits for. */
export function whyWaiting(conditions: readonly RewardCondition[]): Sentence {
  const next = conditions.find((condition) => !condition.done);
  if (!next) return { copy: 'reward.waits-review' };
  switch (next.condition) {
    case 'review':
      return { copy: 'reward.waits-review' };
    case 'paid':
      return { copy: 'reward.waits-paid' };
    case 'delivered':
      return { copy: 'reward.waits-delivered' };
    case 'return-window':
      return next.date
        ? { copy: 'reward.waits-return-window', params: { date: { time: next.date.toISOString() } } }
        : { copy: 'reward.waits-delivered' };
    default:
      return next.condition satisfies never;
  }
}

/** Cash on delivery is paid when it is handed over. */
function paid(order: OrderDoc): RewardCondition {
  const at = order.method === 'cod' ? order.fulfilment.deliveredAt : order.paidAt;
  return { condition: 'paid', done: at !== undefined, ...(at ? { date: at } : {}) };
}

function delivered(order: OrderDoc): RewardCondition {
  const at = order.fulfilment.deliveredAt;
  return { condition: 'delivered', done: order.fulfilment.state === 'delivered', ...(at ? { date: at } : {}) };
}

/** Of several products the longest return window counts. */
async function pastReturns(deps: Deps, order: OrderDoc): Promise<RewardCondition> {
  const products = await Product.find({ _id: { $in: order.lines.map((line) => line.productId) } }).lean();
  const rules = deps.rulesOf(order.market);
  const categories = products.length > 0 ? products.map((product) => product.category) : [''];
  const ends = categories.map((category) => returnWindowEnds(order, category, rules)?.getTime() ?? Number.NaN);
  const last = Math.max(...ends);
  if (Number.isNaN(last)) return { condition: 'return-window', done: false };
  return { condition: 'return-window', done: deps.clock.now().getTime() >= last, date: new Date(last) };
}
