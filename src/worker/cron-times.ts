import { createTask, type ScheduledTask } from 'node-cron';

const MINUTE = 60_000;
/** Nobody waits for what was missed longer ago. */
const LONGEST_LOOK_BACK = 31 * 24 * 60 * MINUTE;
const matchers = new Map<string, ScheduledTask>();

/** Finds the last instant after `from` and up to `to` that a cron line of minutes names; null when there is none. */
export function lastCronTime(schedule: { cron: string; zone: string }, from: Date, to: Date): Date | null {
  const matcher = matcherOf(schedule);
  const earliest = Math.max(from.getTime() + 1, to.getTime() - LONGEST_LOOK_BACK);
  for (let at = Math.floor(to.getTime() / MINUTE) * MINUTE; at >= earliest; at -= MINUTE)
    if (matcher.match(new Date(at))) return new Date(at);
  return null;
}

/** Keeps node-cron's reading of a line; it is only asked, never started. Throws for a line that is none. */
function matcherOf({ cron, zone }: { cron: string; zone: string }): ScheduledTask {
  const key = `${zone} ${cron}`;
  const known = matchers.get(key);
  if (known) return known;
  const made = createTask(cron, () => undefined, { timezone: zone });
  matchers.set(key, made);
  return made;
}
