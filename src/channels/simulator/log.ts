import type { InboundKind } from '#ports/channel';

/** Describes one message of a simulator phone, seen from the bot: `in` came from the phone, `out` went to it. */
export interface SimulatorEntry {
  /** The phone, in E.164. A store keeps only a key made from it. */
  readonly phone: string;
  readonly direction: 'in' | 'out';
  /** The sender's id of the message; the same direction, phone and id is the same message. */
  readonly id: string;
  readonly kind: InboundKind;
  readonly text: string;
  readonly imageUrl?: string;
  readonly imageAlt?: string;
  readonly options?: readonly { readonly id: string; readonly label: string }[];
  readonly option?: string;
  readonly replyTo?: string;
  readonly orderId?: string;
  readonly at: Date;
}

/** Is an entry with its place in the phone's history: `seq` rises by at least one with every message of that phone. */
export interface StoredEntry extends SimulatorEntry {
  readonly seq: number;
}

/** Keeps the history of the simulator's phones. */
export interface SimulatorLog {
  /**
   * Stores entries in their order and returns each as stored; an entry that is there already is returned as it was.
   * Never called again before it has settled, which is what lets a reader of `seq` miss nothing.
   */
  append(entries: readonly SimulatorEntry[]): Promise<StoredEntry[]>;
  /** Reads at most `limit` messages of a phone that come after `after`, oldest first. */
  since(phone: string, after: number, limit: number): Promise<StoredEntry[]>;
}
