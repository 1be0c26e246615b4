import type { ChannelEvents, DeliveryState } from '#ports/channel';

/** Says how long (ms) a phone takes to get and to read a message; 0 is at once. */
export interface ReceiptDelays {
  readonly deliveredAfterMs: number;
  readonly readAfterMs: number;
}

/** Reports `delivered` and then `read` for a message, each after its delay; a report that fails goes to `onError`. */
export function scheduleReceipts(
  id: string,
  delays: ReceiptDelays,
  now: () => Date,
  events: ChannelEvents,
  onError: (error: unknown) => void,
): void {
  const later = (ms: number, state: DeliveryState, next: () => void) => {
    setTimeout(() => {
      events.onDelivery({ id, state, at: now() }).then(next, onError);
    }, ms).unref();
  };
  later(delays.deliveredAfterMs, 'delivered', () =>
    later(Math.max(0, delays.readAfterMs - delays.deliveredAfterMs), 'read', () => undefined),
  );
}
