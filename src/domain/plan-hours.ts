/** Is a local date and time of day in some zone. */
export interface LocalTime {
  /** `2026-11-22` */
  readonly day: string;
  /** Hours since local midnight, with fractions. */
  readonly hour: number;
}

const HOUR = 3_600_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Tells the local day and hour of an instant. Throws a RangeError for an unknown zone. */
export function localTime(instant: Date, zone: string): LocalTime {
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const hour = Number(parts['hour']) + Number(parts['minute']) / 60 + Number(parts['second']) / 3600;
  return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, hour };
}

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
  const { day, hour } = localTime(new Date(utc), zone);
  return new Date(`${day}T00:00:00Z`).getTime() + hour * HOUR - Math.floor(utc / 1000) * 1000;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(zone, made);
  return made;
}
