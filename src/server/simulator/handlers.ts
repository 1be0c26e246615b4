import type { InboundKind } from '#ports/channel';
import type { PaymentEventKind } from '#ports/payment';

/** Describes a message as the simulator's phones show it. */
export interface PhoneHistoryEntry {
  readonly seq: number;
  readonly direction: 'in' | 'out';
  readonly id: string;
  readonly kind: InboundKind;
  readonly text: string;
  readonly imageUrl?: string;
  readonly imageAlt?: string;
  readonly options?: readonly { readonly id: string; readonly label: string }[];
  readonly orderId?: string;
  readonly replyTo?: string;
  readonly at: Date;
}

/** Is the part of the simulator channel that the server talks to. */
export interface SimulatorDoor {
  receive(message: {
    readonly from: string;
    readonly kind: InboundKind;
    readonly text: string;
    readonly id?: string;
    readonly option?: string;
    readonly replyTo?: string;
  }): Promise<{ readonly kind: 'stored'; readonly id: string } | { readonly kind: 'stopped' }>;
  read(options: {
    readonly phone: string;
    readonly after: number;
    readonly limit: number;
    readonly waitMs: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly PhoneHistoryEntry[]>;
  onTyping(listener: (phone: string) => void): () => void;
}

/** Describes what somebody says happened to money; the amount left out means the order's whole. */
export interface SimulatedPayment {
  readonly orderId: string;
  readonly event: PaymentEventKind;
  readonly amount?: number;
  readonly currency?: string;
  readonly paidAt?: Date;
  readonly paymentId?: string;
  readonly payer?: string;
}

/** Describes what the payment page shows of an order. */
export interface PayableOrder {
  readonly orderId: string;
  readonly title: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  /** What the amount looks like to a person: `₹499`. */
  readonly amountText: string;
  /** What has become of it so far, in plain words. */
  readonly status: string;
}

/** Connects the simulator's pages and API to the rest; a part left out is refused with a reason. */
export interface SimulatorHandlers {
  readonly channel: SimulatorDoor;
  /** Records a payment event the way a provider's webhook would; must accept what it does not know. */
  onPayment(event: SimulatedPayment): Promise<void>;
  /** Finds what a payment link is for. */
  order?(orderId: string): Promise<PayableOrder | undefined>;
  /** Tells business time. */
  now(): Date;
  /** Moves business time forward and does what falls due; absent unless the clock may be moved. */
  advanceClock?(seconds: number): Promise<void>;
  /** Makes a phone the phone of an imported customer; `refused` comes with a reason for a person. */
  linkCustomer?(
    phone: string,
    importId: string,
  ): Promise<{ readonly kind: 'linked' } | { readonly kind: 'refused'; readonly reason: string }>;
}
