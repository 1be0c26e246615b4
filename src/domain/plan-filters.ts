import { localTime } from '#lib/local-time';
import { Consent } from '#models/consent';
import type { CustomerDoc } from '#models/customer';
import { Outbox, type OutboxDoc } from '#models/outbox';
import { Session } from '#models/session';
import type { Deps } from './deps.ts';
import type { SendingWindow } from './plan-hours.ts';

/** Lists why a person gets no marketing at all just now, in the order in which they are said. */
export const EXCLUSIONS = [
  'merged',
  'erasure',
  'no-address',
  'opted-out',
  'no-consent',
  'holdout',
  'taken-over',
  'day-cap',
  'week-cap',
] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

const DAY = 86_400_000;
const HOLDOUT_BUCKETS = 500;
const BUCKETS = 10_000;

/** Says whether a bucket is in the global holdout (5 %) at an instant; another twentieth every quarter of the year. */
export function inHoldout(bucket: number, at: Date): boolean {
  const quarter = at.getUTCFullYear() * 4 + Math.floor(at.getUTCMonth() / 3);
  const first = (((quarter - FIRST_QUARTER) % 20) + 20) % 20;
  return Math.floor((bucket % BUCKETS) / HOLDOUT_BUCKETS) === first;
}

/** Is the last quarter of 2026, in which buckets 0 to 499 are held out. */
const FIRST_QUARTER = 2026 * 4 + 3;

/** Says for each customer why she gets no marketing in her window, or null. The row `ownKey` names is not counted. */
export async function findExclusions(
  deps: Deps,
  customers: readonly CustomerDoc[],
  options: {
    readonly windowOf: (customer: CustomerDoc) => SendingWindow;
    readonly ownKey?: (customer: CustomerDoc) => string;
  },
): Promise<Map<string, Exclusion | null>> {
  const now = deps.clock.now();
  const ids = customers.map(({ _id }) => _id);
  const [stopped, takenOver, sent] = await Promise.all([stoppedOf(customers), takenOverOf(ids, now), sentTo(ids, now)]);
  return new Map(
    customers.map((customer) => {
      const own = options.ownKey?.(customer);
      const others = (sent.get(customer._id) ?? []).filter((row) => row._id !== own);
      const simple = withoutQueries(customer, stopped, now);
      const found =
        simple ??
        (takenOver.has(customer._id) ? 'taken-over' : capOf(deps, customer, others, options.windowOf(customer)));
      return [customer._id, found];
    }),
  );
}

function withoutQueries(customer: CustomerDoc, stopped: ReadonlySet<string>, now: Date): Exclusion | null {
  if (customer.mergedInto) return 'merged';
  if (customer.erasure) return 'erasure';
  if (customer.addresses.length === 0) return 'no-address';
  if (!customer.marketing) return stopped.has(customer._id) ? 'opted-out' : 'no-consent';
  return inHoldout(customer.bucket, now) ? 'holdout' : null;
}

type SentRow = Pick<OutboxDoc, '_id' | 'customerId' | 'createdAt' | 'notBefore' | 'sentAt'>;

function capOf(
  deps: Deps,
  customer: CustomerDoc,
  rows: readonly SentRow[],
  { day, notBefore }: SendingWindow,
): Exclusion | null {
  const rules = deps.rulesOf(customer.market);
  const leaves = (row: SentRow) => row.sentAt ?? row.notBefore ?? row.createdAt;
  // The sender counts 24 hours back from the moment of sending; what it would refuse is not planned.
  const since = new Date(notBefore.getTime() - DAY);
  const sameDay = (row: SentRow) => localTime(leaves(row), customer.zone).day === day || row.createdAt >= since;
  const onDay = rows.filter(sameDay);
  if (onDay.length >= rules.marketingPerDay) return 'day-cap';
  return rows.length >= rules.marketingPerWeek ? 'week-cap' : null;
}

/** Reads every promotional row of the last seven days that left or still may. */
async function sentTo(ids: readonly string[], now: Date): Promise<Map<string, SentRow[]>> {
  const rows = await Outbox.find(
    {
      customerId: { $in: [...ids] },
      createdAt: { $gt: new Date(now.getTime() - 7 * DAY) },
      class: 'promotional',
      state: { $nin: ['cancelled', 'failed'] },
    },
    { customerId: 1, createdAt: 1, notBefore: 1, sentAt: 1, state: 1, expiresAt: 1 },
  ).lean();
  const byCustomer = new Map<string, SentRow[]>();
  for (const row of rows) {
    const expired = row.state === 'queued' && row.expiresAt !== undefined && row.expiresAt <= now;
    if (!expired) byCustomer.set(row.customerId, [...(byCustomer.get(row.customerId) ?? []), row]);
  }
  return byCustomer;
}

async function takenOverOf(ids: readonly string[], now: Date): Promise<Set<string>> {
  const rows = await Session.find(
    { customerId: { $in: [...ids] }, 'takeover.until': { $gt: now } },
    { customerId: 1 },
  ).lean();
  return new Set(rows.map((row) => row.customerId));
}

/** Finds who once agreed and took it back, as opposed to never having been asked. */
async function stoppedOf(customers: readonly CustomerDoc[]): Promise<Set<string>> {
  const silent = customers.filter(({ marketing, addresses }) => !marketing && addresses.length > 0);
  if (silent.length === 0) return new Set();
  const rows = await Consent.distinct('customerId', {
    customerId: { $in: silent.map(({ _id }) => _id) },
    purpose: 'marketing',
    granted: false,
  });
  return new Set(rows);
}
