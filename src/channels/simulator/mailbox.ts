import type { StoredEntry } from './log.ts';

const PHONES_KEPT = 2_000;
const MESSAGES_KEPT = 12;
const LONGEST_TEXT_KEPT = 4_096;

/** Knows the newest messages of the phones lately used, and who waits for the next. Losing it loses nothing. */
export interface Mailbox {
  /** Takes in what has just been stored and wakes whoever waits for it. */
  put(entries: readonly StoredEntry[]): void;
  /** Tells what comes after `after`, if that can be told without asking the store. */
  peek(phone: string, after: number): readonly StoredEntry[] | undefined;
  /** Resolves at the phone's next message, at a wake-up of all, after `ms`, or when the signal aborts. */
  wait(phone: string, ms: number, signal?: AbortSignal): Promise<void>;
  wakeAll(): void;
}

/** Makes an empty mailbox. */
export function createMailbox(): Mailbox {
  const recent = new Map<string, StoredEntry[]>();
  const waiters = new Map<string, Set<() => void>>();
  const wake = (phone: string) => {
    for (const resume of [...(waiters.get(phone) ?? [])]) resume();
  };
  return {
    put: (entries) => {
      for (const entry of entries) remember(recent, entry);
      for (const phone of new Set(entries.map((entry) => entry.phone))) wake(phone);
    },
    peek: (phone, after) => newerThan(recent.get(phone), after),
    wait: (phone, ms, signal) => wait(waiters, phone, ms, signal),
    wakeAll: () => {
      for (const phone of [...waiters.keys()]) wake(phone);
    },
  };
}

function remember(recent: Map<string, StoredEntry[]>, entry: StoredEntry): void {
  const known = recent.get(entry.phone) ?? [];
  recent.delete(entry.phone);
  const last = known.at(-1)?.seq ?? 0;
  if (entry.text.length > LONGEST_TEXT_KEPT) return;
  if (entry.seq <= last) recent.set(entry.phone, known);
  else recent.set(entry.phone, [...(entry.seq === last + 1 ? known.slice(1 - MESSAGES_KEPT) : []), entry]);
  const oldest = recent.keys().next().value;
  if (recent.size > PHONES_KEPT && oldest !== undefined) recent.delete(oldest);
}

/** Reading is complete only if the message right before the first one kept has been seen already. */
function newerThan(known: readonly StoredEntry[] | undefined, after: number): readonly StoredEntry[] | undefined {
  const first = known?.[0];
  if (!known || !first || after < first.seq - 1) return undefined;
  return known.filter((entry) => entry.seq > after);
}

function wait(waiters: Map<string, Set<() => void>>, phone: string, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const mine = waiters.get(phone) ?? new Set();
    const resume = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', resume);
      mine.delete(resume);
      if (mine.size === 0 && waiters.get(phone) === mine) waiters.delete(phone);
      resolve();
    };
    const timer = setTimeout(resume, ms);
    signal?.addEventListener('abort', resume, { once: true });
    waiters.set(phone, mine.add(resume));
  });
}
