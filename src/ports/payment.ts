/** Lists what a payment provider can report. */
export const PAYMENT_EVENT_KINDS = [
  'paid',
  'failed',
  'authorised',
  'refund-done',
  'refund-failed',
  'refund-reversed',
  'chargeback',
] as const;
export type PaymentEventKind = (typeof PAYMENT_EVENT_KINDS)[number];

/** Names the providers an order can be paid through. */
export const PAYMENT_METHODS = ['simulated', 'upi', 'cod'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** Describes one thing a provider says happened, as plain data. Amounts are integer minor units. */
export interface PaymentEvent {
  readonly provider: string;
  /** The provider's id of this event; the same id again changes nothing. */
  readonly eventId: string;
  readonly paymentId: string;
  readonly kind: PaymentEventKind;
  /** The order the payer named; absent or unknown money goes to suspense. */
  readonly orderId?: string;
  readonly amount: number;
  readonly currency: string;
  /** When the provider says the money moved, which may be long before the event arrives. */
  readonly paidAt: Date;
  /** Who paid, when the provider says so; a refund goes back to this one. */
  readonly payer?: string;
  readonly refundId?: string;
  readonly reason?: string;
}

/** Describes what a shopper needs in order to pay. */
export interface PaymentRequest {
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  /** A page or an app link. */
  readonly url?: string;
  /** A picture to scan, as a path under the public address. */
  readonly imageUrl?: string;
  /** The account to pay to, for people who type it. */
  readonly payTo?: string;
  /** True when the shopper sends a reference back instead of the provider telling us. */
  readonly needsReference: boolean;
}

export type RefundOutcome =
  | { readonly kind: 'done'; readonly reference: string; readonly at: Date }
  | { readonly kind: 'started' }
  | { readonly kind: 'manual' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Moves money. Every call may be repeated with the same id and must then have one effect. */
export interface PaymentProvider {
  readonly name: PaymentMethod;
  /** Whole days within which a refund reaches the payer. */
  readonly refundDays: number;
  request(order: { orderId: string; amount: number; currency: string; note: string }): Promise<PaymentRequest>;
  refund(refund: { id: string; paymentId: string; amount: number; currency: string }): Promise<RefundOutcome>;
  /** Lists what this provider knows of a payment, for providers that can be asked. */
  ask?(orderId: string): Promise<readonly PaymentEvent[]>;
}
