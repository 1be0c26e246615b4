/**
 * Tells both times Toli lives by. Business time decides holds, expiry, quiet hours and promises and may be ahead of
 * the machine (its offset is kept in the database); system time decides leases, claims, backoff and polling.
 */
export interface Clock {
  /** Tells business time. */
  now(): Date;
  /** Tells machine time in milliseconds since 1970. */
  system(): number;
}

/** Is a clock whose business offset can be moved forward, never back. */
export interface MovableClock extends Clock {
  offset(): number;
  /** Takes over an offset in milliseconds if it is ahead of the present one. */
  adopt(offsetMs: number): void;
}

/** Makes a clock over the machine's time, `offsetMs` ahead of it in business time. */
export function systemClock(offsetMs = 0): MovableClock {
  let offset = offsetMs;
  return {
    now: () => new Date(Date.now() + offset),
    system: () => Date.now(),
    offset: () => offset,
    adopt: (next) => {
      if (next > offset) offset = next;
    },
  };
}

/** Fixes business time at one instant, for work that replays the past. */
export function clockAt(instant: Date): Clock {
  return { now: () => instant, system: () => Date.now() };
}
