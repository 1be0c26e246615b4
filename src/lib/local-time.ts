const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(zone, format);
  return format;
}

/** Is an instant as the clock on the wall of a zone shows it. */
export interface LocalTime {
  /** `2026-11-22` */
  readonly day: string;
  readonly hour: number;
  readonly minute: number;
}

/** Reads an instant in a zone. */
export function localTime(at: Date, zone: string): LocalTime {
  const parts = Object.fromEntries(
    formatFor(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return { day: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour), minute: Number(parts.minute) };
}

/** Tells whether an instant falls in the quiet hours of a zone; `from` may be later in the day than `to`. */
export function isQuiet(at: Date, zone: string, from: number, to: number): boolean {
  const { hour } = localTime(at, zone);
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** Finds the first instant from `at` on that is not in the quiet hours, to the minute. */
export function afterQuiet(at: Date, zone: string, from: number, to: number): Date {
  let instant = at;
  while (isQuiet(instant, zone, from, to)) {
    const { minute } = localTime(instant, zone);
    instant = new Date(Math.floor(instant.getTime() / 60_000) * 60_000 + (60 - minute) * 60_000);
  }
  return instant;
}
