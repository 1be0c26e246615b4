import type { DeliveryPlace } from '#models/customer';
import type { DealDoc } from '#models/deal';
import type { ProductDoc } from '#models/product';
import type { TeamDoc, TeamState } from '#models/team';
import type { PaymentMethod } from '#ports/payment';

/** Is a deal as people are shown it. */
export interface DealView {
  readonly deal: DealDoc;
  readonly product: ProductDoc;
}

/** Is a team as people are shown it; `missing` is the size less the seats that are taken. */
export interface TeamView extends DealView {
  readonly team: TeamDoc;
  readonly missing: number;
}

/** Is what every way of taking a seat needs. Prices in minor units per unit. */
export interface SeatRequest {
  /** The same id again gives the first outcome. */
  readonly commandId: string;
  readonly customerId: string;
  readonly units: number;
  readonly method: PaymentMethod;
  readonly place?: DeliveryPlace;
  /** What to do when the team is full once the money arrives: lead a new one, or refund. */
  readonly spill: 'lead' | 'refund';
  /** Who shared the link she came by. */
  readonly sharerId?: string;
  readonly useCredit?: boolean;
  /** The price per unit she was shown. */
  readonly expectPrice: number;
}

export interface StartRequest extends SeatRequest {
  readonly dealId: string;
  readonly kind: 'solo' | 'team';
}

export interface JoinRequest extends SeatRequest {
  readonly teamId: string;
}

/** Is a seat taken; money is `due` until `holdUntil`, and comes back by `refundBy` if the team fails. */
export interface Reserved {
  readonly kind: 'reserved';
  readonly orderId: string;
  readonly orderCode: string;
  readonly teamId: string;
  readonly total: number;
  readonly credit: number;
  /** 0 when credit pays everything: the seat is then paid already. */
  readonly due: number;
  readonly currency: string;
  readonly holdUntil: Date;
  readonly refundBy: Date;
  readonly method: PaymentMethod;
}

/** Says why there is no seat, with whatever helps to go on. */
export type Refusal =
  | { readonly kind: 'full'; readonly other: TeamView | null }
  | { readonly kind: 'closed'; readonly state: TeamState; readonly other: TeamView | null }
  | { readonly kind: 'already-in'; readonly teamId: string }
  | { readonly kind: 'sold-out' }
  | { readonly kind: 'deal-over' }
  | { readonly kind: 'new-only' }
  | { readonly kind: 'limit'; readonly max: number }
  | { readonly kind: 'cod-full' }
  | { readonly kind: 'price-changed'; readonly unitPrice: number };

export type JoinOutcome = Reserved | Refusal;

export type AgreeOutcome = { readonly kind: 'agreed'; readonly team: TeamView } | { readonly kind: 'gone' };

/** `refund` is what comes back, in minor units; null when nothing had been paid. */
export type LeaveOutcome =
  | {
      readonly kind: 'left';
      readonly refund: { readonly amount: number; readonly currency: string; readonly by: Date } | null;
    }
  | { readonly kind: 'not-in' }
  | { readonly kind: 'too-late' };
