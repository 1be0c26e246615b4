/** Names every way a person can reach the bot. */
export const CHANNEL_NAMES = ['simulator', 'terminal', 'baileys', 'cloud'] as const;
export type ChannelName = (typeof CHANNEL_NAMES)[number];

/** Lists the kinds of message a channel can hand in; what is none of these arrives as `unknown`. */
export const INBOUND_KINDS = [
  'text',
  'option',
  'image',
  'voice',
  'video',
  'document',
  'sticker',
  'location',
  'contact',
  'reaction',
  'unknown',
] as const;
export type InboundKind = (typeof INBOUND_KINDS)[number];

/** Describes one message from a person, as plain data, before anything has been decided about it. */
export interface Inbound {
  readonly channel: ChannelName;
  /** The channel's own id of the message; the same id again is the same message. */
  readonly id: string;
  /** The sender's address on that channel, in the channel's normal form (E.164 for phones). */
  readonly from: string;
  readonly kind: InboundKind;
  /** The text as typed, '' when there is none; never longer than 65,536 characters. */
  readonly text: string;
  /** The id of the option tapped, where the channel has buttons or lists. */
  readonly option?: string;
  /** The channel's id of the message this one quotes. */
  readonly replyTo?: string;
  /** When the channel says it was written. */
  readonly at: Date;
}

/** Describes one tappable answer; `number` is what a shopper types where nothing can be tapped. */
export interface OutboundOption {
  readonly id: string;
  readonly label: string;
  readonly number: string;
}

/** Describes one rendered message on its way to a person. */
export interface Outbound {
  /** The outbox key: the same key twice is the same message. */
  readonly id: string;
  readonly to: string;
  /** The whole text, numbered options included, so that it works where nothing can be tapped. */
  readonly text: string;
  /** The options again, for channels that can show them; always a repetition of the text. */
  readonly options: readonly OutboundOption[];
  readonly image?: { readonly url: string; readonly alt: string };
  readonly orderId?: string;
}

/** Says what a send came to. `uncertain` means nobody knows whether it arrived. */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly providerId: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly retry: boolean }
  | { readonly kind: 'uncertain'; readonly reason: string };

/** Lists the delivery states in their only order; a state never moves back. */
export const DELIVERY_STATES = ['sent', 'delivered', 'read', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Reports what became of a message that was handed over. */
export interface DeliveryUpdate {
  readonly id: string;
  readonly state: DeliveryState;
  readonly at: Date;
  readonly reason?: string;
}

export interface ChannelCapabilities {
  readonly options: boolean;
  readonly images: boolean;
  readonly typing: boolean;
  readonly receipts: boolean;
}

/** Receives what a channel hears; resolves only once the message is stored. */
export interface ChannelEvents {
  onInbound(message: Inbound): Promise<{ readonly stored: 'new' | 'duplicate' }>;
  onDelivery(update: DeliveryUpdate): Promise<void>;
}

/** Connects Toli to one kind of messenger. Sends many at once because that is cheaper on every store behind it. */
export interface Channel {
  readonly name: ChannelName;
  readonly capabilities: ChannelCapabilities;
  start(events: ChannelEvents): Promise<void>;
  /** Stops taking in; sends under way finish. */
  stop(): Promise<void>;
  /** Sends one message; must settle within the signal's time and never throws for what the other side said. */
  send(message: Outbound, signal: AbortSignal): Promise<SendOutcome>;
  typing?(to: string): Promise<void>;
}
