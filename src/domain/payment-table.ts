import type { SeatState, TeamState } from '#models/team';
import type { PaymentEventKind } from '#ports/payment';
import type { RefundReason } from './notices.ts';

/** Is everything a payment event is decided by. */
export interface PaymentFacts {
  /** What the provider says; `agreed` is the shopper's yes to cash, `capture-near` the deadline of a blocked amount. */
  readonly event: PaymentEventKind | 'agreed' | 'capture-near';
  /** This event, or this payment and kind, was recorded before. */
  readonly repeated: boolean;
  readonly seat: SeatState | 'unknown';
  readonly team: TeamState | 'none';
  readonly cod: boolean;
  readonly amountRight: boolean;
  /** Whether the team's clock (or, before it starts, the deal) has run out. */
  readonly clock: 'running' | 'over';
  /** The provider dates it before that moment. */
  readonly inTime: boolean;
  /** A seat is free for her, and she sits on no other of this deal. */
  readonly seatFree: boolean;
  /** What she wants when the team is full; `impossible` when the deal allows no new team now. */
  readonly spill: 'lead' | 'refund' | 'impossible';
  readonly thirdParty: boolean;
}

/** Says what is done about it. Rows with `goOn` only add something and leave the decision to the rows below. */
export type PaymentResult =
  | { readonly do: 'nothing' }
  | { readonly do: 'suspense' }
  | { readonly do: 'keep-payer'; readonly goOn: true }
  | { readonly do: 'count' }
  | { readonly do: 'reseat' }
  | { readonly do: 'spill' }
  | { readonly do: 'refund'; readonly reason: RefundReason; readonly queue?: 'amount-mismatch' }
  | { readonly do: 'authorise' }
  | { readonly do: 'release' }
  | { readonly do: 'offer-retry' }
  | { readonly do: 'refund-done' }
  | { readonly do: 'refund-failed' }
  | { readonly do: 'chargeback' }
  | { readonly do: 'agree' };

export interface PaymentRow {
  readonly name: string;
  readonly when: { readonly [fact in keyof PaymentFacts]?: readonly PaymentFacts[fact][] };
  readonly result: PaymentResult;
}

const WAITING = ['reserved', 'claimed', 'authorised'] as const;
const OVER_OR_BACK = ['paid', 'confirmed', 'agreed', 'refund-pending', 'refunded', 'refund-failed'] as const;

/** Decides payment events. The first row whose every condition holds is the one; nothing else decides. */
export const PAYMENT_TABLE = [
  { name: 'already-recorded', when: { repeated: [true] }, result: { do: 'nothing' } },
  { name: 'unknown-order', when: { event: ['paid'], seat: ['unknown'] }, result: { do: 'suspense' } },
  {
    name: 'third-party',
    when: { event: ['paid'], thirdParty: [true] },
    result: { do: 'keep-payer', goOn: true },
  },
  {
    name: 'another-payment',
    when: { event: ['paid'], seat: OVER_OR_BACK },
    result: { do: 'refund', reason: 'duplicate' },
  },
  {
    name: 'wrong-amount',
    when: { event: ['paid'], amountRight: [false] },
    result: { do: 'refund', reason: 'amount-mismatch', queue: 'amount-mismatch' },
  },
  {
    name: 'paid-in-time',
    when: { event: ['paid'], seat: WAITING, team: ['forming', 'open'], clock: ['running'], inTime: [true] },
    result: { do: 'count' },
  },
  {
    name: 'seated-again',
    when: { event: ['paid'], seat: ['released'], team: ['open'], seatFree: [true], inTime: [true] },
    result: { do: 'reseat' },
  },
  {
    name: 'paid-in-grace',
    when: { event: ['paid'], seat: WAITING, team: ['forming', 'open'], clock: ['over'], inTime: [true] },
    result: { do: 'count' },
  },
  {
    name: 'dated-after-the-clock',
    when: { event: ['paid'], team: ['forming', 'open'], inTime: [false] },
    result: { do: 'refund', reason: 'after-expiry' },
  },
  {
    name: 'full-and-leads',
    when: { event: ['paid'], seat: ['released'], team: ['open', 'succeeded'], spill: ['lead'] },
    result: { do: 'spill' },
  },
  {
    name: 'full',
    when: { event: ['paid'], seat: ['released'], team: ['open', 'succeeded'] },
    result: { do: 'refund', reason: 'team-full' },
  },
  {
    name: 'expired',
    when: { event: ['paid'], team: ['expired', 'abandoned'] },
    result: { do: 'refund', reason: 'after-expiry' },
  },
  {
    name: 'cancelled',
    when: { event: ['paid'], team: ['cancelled'] },
    result: { do: 'refund', reason: 'team-cancelled' },
  },
  { name: 'failed', when: { event: ['failed'], seat: ['reserved'] }, result: { do: 'offer-retry' } },
  {
    name: 'authorised',
    when: { event: ['authorised'], seat: ['reserved'], team: ['forming', 'open'], amountRight: [true] },
    result: { do: 'authorise' },
  },
  {
    name: 'capture-near',
    when: { event: ['capture-near'], seat: ['authorised'], team: ['open'] },
    result: { do: 'release' },
  },
  { name: 'refund-done', when: { event: ['refund-done'] }, result: { do: 'refund-done' } },
  { name: 'refund-failed', when: { event: ['refund-failed', 'refund-reversed'] }, result: { do: 'refund-failed' } },
  { name: 'chargeback', when: { event: ['chargeback'] }, result: { do: 'chargeback' } },
  {
    name: 'cash-agreed',
    when: { event: ['agreed'], seat: ['reserved'], cod: [true], team: ['forming', 'open'], clock: ['running'] },
    result: { do: 'agree' },
  },
  { name: 'nothing-to-do', when: {}, result: { do: 'nothing' } },
] as const satisfies readonly PaymentRow[];
export type PaymentRowName = (typeof PAYMENT_TABLE)[number]['name'];

/** Finds the row that decides, and the rows above it that add something. */
export function decideByTable(facts: PaymentFacts): { row: PaymentRow; adding: PaymentRow[] } {
  const adding: PaymentRow[] = [];
  for (const row of PAYMENT_TABLE as readonly PaymentRow[]) {
    if (!holds(row, facts)) continue;
    if (!('goOn' in row.result)) return { row, adding };
    adding.push(row);
  }
  throw new Error('payment table: the last row must always hold');
}

function holds(row: PaymentRow, facts: PaymentFacts): boolean {
  return Object.entries(row.when).every(([fact, allowed]) =>
    (allowed as readonly unknown[]).includes(facts[fact as keyof PaymentFacts]),
  );
}
