import type { CopyParams, CopyValue, Reply } from '#lib/sentence';
import type { NewMessage } from './outbox.ts';

/** Is what every notice about a team can name. */
export interface TeamFacts {
  readonly product: { readonly [language: string]: string };
  readonly code: string;
  readonly size: number;
  readonly missing: number;
  readonly unitPrice: number;
  readonly currency: string;
  readonly until?: Date;
}

/** Is what a member forwards: the link, and the words it puts into the chat. */
export interface Share {
  readonly link: string;
  readonly join: string;
}

/** Is money with its currency, in minor units. */
export interface Amount {
  readonly amount: number;
  readonly currency: string;
}

/** Makes the message of a notice; the same event and customer is the same message. */
export function noticeTo(customerId: string, event: string, at: Date, replies: readonly Reply[]): NewMessage {
  return { key: `notice:${event}:${customerId}`, customerId, class: 'transactional', replies, createdAt: at };
}

const money = ({ amount, currency }: Amount): CopyValue => ({ money: amount, currency });
const time = (at: Date): CopyValue => ({ time: at.toISOString() });

function teamParams(team: TeamFacts): CopyParams {
  return {
    product: { names: team.product },
    code: team.code,
    size: team.size,
    missing: team.missing,
    price: money({ amount: team.unitPrice, currency: team.currency }),
    ...(team.until ? { until: time(team.until) } : {}),
  };
}

/** Says that somebody else's seat now counts. Params: team's, `friend` (name or mask, '' unknown). */
export function friendJoined(team: TeamFacts, friend: string): Reply[] {
  return [{ copy: 'notice.friend-joined', params: { ...teamParams(team), friend } }];
}

/** Says to the leader that the clock runs, followed by the text to forward. Params: team's, `link`, `join`. */
export function teamOpened(team: TeamFacts, share: Share): Reply[] {
  const params = { ...teamParams(team), ...share };
  return [
    { copy: 'notice.team-opened', params },
    { copy: 'notice.share', params },
  ];
}

/** Says to a member that her money arrived and her seat counts. Params: team's, `amount`, `order`. */
export function paymentReceived(team: TeamFacts, paid: Amount, order: string): Reply[] {
  return [{ copy: 'notice.payment-received', params: { ...teamParams(team), amount: money(paid), order } }];
}

/** Says that the team is full and everyone gets the price. Params: team's, `order`, `total`. */
export function teamSucceeded(team: TeamFacts, order: string, total: Amount): Reply[] {
  return [{ copy: 'notice.team-succeeded', params: { ...teamParams(team), order, total: money(total) } }];
}

/** Says that something bought alone is bought. Params: `product`, `order`, `total`. */
export function soloBought(team: TeamFacts, order: string, total: Amount): Reply[] {
  return [{ copy: 'notice.solo-bought', params: { product: { names: team.product }, order, total: money(total) } }];
}

/** Says that the team was not filled. Money follows in a notice of its own. Params: team's, `order`. */
export function teamExpired(team: TeamFacts, order: string): Reply[] {
  return [{ copy: 'notice.team-expired', params: { ...teamParams(team), order } }];
}

/** Says that the team is off because its leader left. Params: team's, `order`. */
export function teamCancelled(team: TeamFacts, order: string): Reply[] {
  return [{ copy: 'notice.team-cancelled', params: { ...teamParams(team), order } }];
}

/** Lists why money goes back; each is a sentence `refund-reason.<reason>`. */
export const REFUND_REASONS = [
  'team-expired',
  'team-cancelled',
  'left',
  'duplicate',
  'amount-mismatch',
  'team-full',
  'after-expiry',
  'already-in',
  'credit-spent',
  'operator',
  'ladder',
] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

const REASON_COPY: { readonly [reason in RefundReason]: string } = {
  'team-expired': 'refund-reason.team-expired',
  'team-cancelled': 'refund-reason.team-cancelled',
  left: 'refund-reason.left',
  duplicate: 'refund-reason.duplicate',
  'amount-mismatch': 'refund-reason.amount-mismatch',
  'team-full': 'refund-reason.team-full',
  'after-expiry': 'refund-reason.after-expiry',
  'already-in': 'refund-reason.already-in',
  'credit-spent': 'refund-reason.credit-spent',
  operator: 'refund-reason.operator',
  ladder: 'refund-reason.ladder',
};

/** Says that money is on its way back, why and by when. Params: `amount`, `by`, `order`, `reason` (a sentence). */
export function refundStarted(refund: Amount & { by: Date; order: string; reason: string }): Reply[] {
  const params = {
    amount: money(refund),
    by: time(refund.by),
    order: refund.order,
    reason: { copy: REASON_COPY[refund.reason as RefundReason] ?? REASON_COPY.operator },
  };
  return [{ copy: 'notice.refund-started', params }];
}

/** Says that the refund was made. Params: `amount`, `order`, `reference`. */
export function refundDone(refund: Amount & { order: string; reference: string }): Reply[] {
  return [
    {
      copy: 'notice.refund-done',
      params: { amount: money(refund), order: refund.order, reference: refund.reference },
    },
  ];
}

/** Says that the refund failed and a person sees to it. Params: `amount`, `order`. */
export function refundFailed(refund: Amount & { order: string }): Reply[] {
  return [{ copy: 'notice.refund-failed', params: { amount: money(refund), order: refund.order } }];
}

/** Says that credit is back. Params: `amount`, `order`. */
export function creditReturned(credit: Amount & { order: string }): Reply[] {
  return [{ copy: 'notice.credit-returned', params: { amount: money(credit), order: credit.order } }];
}

/** Says that a seat nobody paid for was given back. Params: team's, `order`. */
export function seatReleased(team: TeamFacts, order: string): Reply[] {
  return [{ copy: 'notice.seat-released', params: { ...teamParams(team), order } }];
}

/** Says that a payment did not work and can be tried again until the hold ends. Params: `amount`, `order`, `until`. */
export function paymentFailed(payment: Amount & { order: string; until: Date }): Reply[] {
  return [
    {
      copy: 'notice.payment-failed',
      params: { amount: money(payment), order: payment.order, until: time(payment.until) },
    },
  ];
}

/** Says to a member that she leads the team now. Params: team's, `link`, `join`. */
export function leaderChanged(team: TeamFacts, share: Share): Reply[] {
  const params = { ...teamParams(team), ...share };
  return [
    { copy: 'notice.leader-changed', params },
    { copy: 'notice.share', params },
  ];
}

/** Says that the old team was full and she leads a new one now, followed by the text to forward. Params: team's, `link`, `join`. */
export function spilledOver(team: TeamFacts, share: Share): Reply[] {
  const params = { ...teamParams(team), ...share };
  return [
    { copy: 'notice.spilled-over', params },
    { copy: 'notice.share', params },
  ];
}

/** Says that the goods were handed over. Params: `product`, `order`, `until` (end of the return window). */
export function orderDelivered(order: { product: TeamFacts['product']; code: string; until: Date }): Reply[] {
  return [
    {
      copy: 'notice.order-delivered',
      params: { product: { names: order.product }, order: order.code, until: time(order.until) },
    },
  ];
}
