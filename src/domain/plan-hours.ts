import { localTime } from '#lib/local-time';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Finds the instant at which a local clock shows this hour on this day; in a gap of summer time, the hour after it. */
export function instantOf(day: string, hour: number, zone: string): Date {
  const asUtc = new Date(`${day}T00:00:00Z`).getTime() + hour * HOUR;
  const first = asUtc - offsetAt(asUtc, zone);
  return new Date(asUtc - offsetAt(first, zone));
}

/** Names the day after. */
export function dayAfter(day: string): string {
  return new Date(new Date(`${day}T00:00:00Z`).getTime() + 24 * HOUR).toISOString().slice(0, 10);
}

/** Is when marketing decided at some instant may leave, and on which local day it counts. */
export interface SendingWindow {
  readonly day: string;
  readonly notBefore: Date;
  readonly expiresAt: Date;
}

/** Finds the next stretch outside quiet hours (local hours `from` to `to`, over midnight) for a decision made now. */
export function nextSendingWindow(now: Date, zone: string, quiet: { from: number; to: number }): SendingWindow {
  const { day: today, hour } = localTime(now, zone);
  const day = hour < quiet.from ? today : dayAfter(today);
  const opens = instantOf(day, quiet.to, zone);
  return { day, notBefore: opens > now ? opens : now, expiresAt: instantOf(day, quiet.from, zone) };
}

function offsetAt(utc: number, zone: string): number {
  const { day, hour, minute } = localTime(new Date(utc), zone);
  const shown = new Date(`${day}T00:00:00Z`).getTime() + hour * HOUR + minute * MINUTE;
  return shown - Math.floor(utc / MINUTE) * MINUTE;
}

/** Finds the earliest of instants. */
export function earliest(first: Date, ...others: readonly Date[]): Date {
  return new Date(Math.min(first.getTime(), ...others.map((other) => other.getTime())));
}
