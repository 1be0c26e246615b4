import { localTime } from '#lib/local-time';
import { UsageError } from './cli-error.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Reads a moment the way people of a zone write it: `2026-11-22 14:05`, an instant with its own offset, `now`, or, for
 * something that ends, a day (its end) or `36h` and `7d` from now. Throws a UsageError for anything else.
 */
export function readInstant(text: string, zone: string, now: Date, about: { readonly ends?: boolean } = {}): Date {
  const words = text.trim();
  if (words === 'now') return now;
  const [, local, time] = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}))?$/.exec(words) ?? [];
  const found =
    local && (time || about.ends) ? wallInstant(local, time ?? '24:00', zone) : otherInstant(words, now, about);
  if (found) return found;
  const more = about.ends ? ', 2026-11-30 (its end), 36h or 7d' : ' or now';
  throw new UsageError(`"${text}" is not a time. Write "2026-11-22 14:05" (${zone})${more}.`);
}

function otherInstant(words: string, now: Date, { ends }: { readonly ends?: boolean }): Date | null {
  const [, count, unit] = /^(\d{1,4})(h|d)$/.exec(words) ?? [];
  if (ends && count) return new Date(now.getTime() + Number(count) * (unit === 'h' ? HOUR_MS : DAY_MS));
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/.test(words)) return null;
  const instant = new Date(words);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

/** Finds the instant at which the clock on the wall shows this; null for a day or a time that does not exist there. */
function wallInstant(day: string, time: string, zone: string): Date | null {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day) || hour > 24 || minute > 59)
    return null;
  const wanted = midnight + hour * HOUR_MS + minute * 60_000;
  let instant = wanted;
  // The second look is for zones that change their offset that day.
  for (let looks = 0; looks < 2; looks++) instant += wanted - wallOf(new Date(instant), zone);
  return wallOf(new Date(instant), zone) === wanted ? new Date(instant) : null;
}

function wallOf(at: Date, zone: string): number {
  const { day, hour, minute } = localTime(at, zone);
  return Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS + minute * 60_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Writes an instant as the clock on the wall of a zone shows it: `Sun, 22 Nov 2026, 14:05 GMT+5:30`. */
export function showInstant(at: Date, zone: string): string {
  const known = formats.get(zone);
  const format =
    known ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    });
  formats.set(zone, format);
  return format.format(at);
}
