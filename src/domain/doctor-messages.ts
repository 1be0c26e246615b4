import { isQuiet } from '#lib/local-time';
import { Consent } from '#models/consent';
import { Customer } from '#models/customer';
import { Inbox } from '#models/inbox';
import { Outbox, type OutboxDoc } from '#models/outbox';
import type { Deps } from './deps.ts';
import type { Check } from './doctor-check.ts';

const MINUTE_MS = 60_000;
/** Unhandled, or unsent, for longer than this (system time) is lost rather than late. */
const LATE_MS = 15 * MINUTE_MS;
/** What left long ago was judged by the hours of its day, which may be set otherwise by now. */
const LOOK_BACK_MS = 30 * 24 * 60 * MINUTE_MS;
const LEFT = ['sending', 'sent', 'delivered', 'read', 'uncertain'] as const;

/** Checks the inbox, the outbox, consent and quiet hours. */
export const messageChecks: readonly Check[] = [
  {
    id: 'I5-owed',
    what: 'no message that is owed was given up or lies unsent for long',
    find: owedProblems,
  },
  {
    id: 'I5-copies',
    what: 'extra copies are at most the crashes and timeouts',
    unseen: 'what a phone received twice is known to the phone, not to the database',
  },
  {
    id: 'I10',
    what: 'every stored message ends done, or dead with a reason',
    find: async () => {
      const late = { state: 'new' as const, receivedAt: { $lt: new Date(Date.now() - LATE_MS) } };
      const silent = { state: 'dead' as const, $or: [{ reason: { $exists: false } }, { reason: '' }] };
      const rows = await Inbox.find({ $or: [late, silent] }, { state: 1 }).lean();
      return rows.map(({ _id, state }) => `${_id} is ${state}${state === 'dead' ? ' without a reason' : ''}`);
    },
  },
  {
    id: 'I12',
    what: 'no marketing left after its customer said stop, and none waits',
    find: marketingAfterStop,
  },
  {
    id: 'I13',
    what: 'no marketing left in quiet hours, and nothing after its own expiry (the last 30 days)',
    find: untimely,
  },
];

/** Who has no address, such as an imported customer nobody linked yet, cannot be told; that is no fault of a message. */
async function owedProblems(deps: Deps): Promise<string[]> {
  const now = deps.clock.now().getTime();
  const before = Date.now() - LATE_MS;
  const rows = await Outbox.find({
    class: 'transactional',
    $or: [{ state: 'failed' }, { state: { $in: ['queued', 'sending'] }, seq: { $lt: before * 1_000 } }],
  }).lean<OutboxDoc[]>();
  const late = rows.filter(({ notBefore, reason }) => {
    const waits = notBefore !== undefined && notBefore.getTime() > now - LATE_MS;
    return !waits && !reason?.startsWith('no address');
  });
  return late.map(({ _id, state, reason }) => `${_id} is ${state}${reason ? `: ${reason}` : ''}`);
}

interface Answer {
  readonly granted: boolean;
  readonly at: Date;
}

async function marketingAfterStop(): Promise<string[]> {
  const rows = await Outbox.find(
    { class: 'promotional', state: { $in: ['queued', ...LEFT] } },
    { customerId: 1, state: 1, sentAt: 1, createdAt: 1 },
  ).lean<OutboxDoc[]>();
  const answersOf = rows.length > 0 ? await marketingAnswers() : () => [];
  return rows.flatMap((row) => {
    const stop = stopBefore(row, answersOf(row.customerId));
    return stop ? [`${row._id} is ${row.state} although ${row.customerId} said stop at ${stop.toISOString()}`] : [];
  });
}

/** A message on its way when she said stop arrives a moment later, and one planned in that moment is stopped at its claim. */
function stopBefore({ state, sentAt, createdAt }: OutboxDoc, answers: readonly Answer[]): Date | null {
  const left = new Date((sentAt ?? createdAt).getTime() - MINUTE_MS);
  const last = state === 'queued' ? answers.at(-1) : answers.findLast(({ at }) => at <= left);
  if (!last || last.granted) return null;
  const sinceStop = createdAt.getTime() - last.at.getTime();
  const justPlanned = state === 'queued' && sinceStop > 0 && sinceStop <= MINUTE_MS;
  return justPlanned ? null : last.at;
}

/** Reads every yes and no in order of time; what a merged customer said counts for the one she became. */
async function marketingAnswers(): Promise<(customerId: string) => readonly Answer[]> {
  const [records, merged] = await Promise.all([
    Consent.find({ purpose: 'marketing' }, { customerId: 1, granted: 1, at: 1 }).sort({ at: 1 }).lean(),
    Customer.find({ mergedInto: { $exists: true } }, { mergedInto: 1 }).lean(),
  ]);
  const became = new Map(merged.map(({ _id, mergedInto }) => [_id, mergedInto ?? _id]));
  const nowOf = (id: string): string => {
    const next = became.get(id);
    return next === undefined || next === id ? id : nowOf(next);
  };
  const answers = new Map<string, Answer[]>();
  for (const { customerId, granted, at } of records) {
    const id = nowOf(customerId);
    answers.set(id, [...(answers.get(id) ?? []), { granted, at }]);
  }
  return (customerId) => answers.get(nowOf(customerId)) ?? [];
}

async function untimely(deps: Deps): Promise<string[]> {
  const since = new Date(deps.clock.now().getTime() - LOOK_BACK_MS);
  const rows = await Outbox.find(
    { sentAt: { $gte: since }, $or: [{ class: 'promotional' }, { expiresAt: { $exists: true } }] },
    { class: 1, customerId: 1, sentAt: 1, expiresAt: 1 },
  ).lean<OutboxDoc[]>();
  const ids = [...new Set(rows.map(({ customerId }) => customerId))];
  const people = await Customer.find({ _id: { $in: ids } }, { zone: 1, market: 1 }).lean();
  const personOf = new Map(people.map((person) => [person._id, person]));
  return rows.flatMap((row) => {
    const person = personOf.get(row.customerId);
    const why = person ? whyUntimely(deps, row, person) : null;
    return why ? [`${row._id} left ${why}`] : [];
  });
}

/** A message that was claimed a moment before the hour may arrive a moment after it. */
function whyUntimely(deps: Deps, row: OutboxDoc, person: { market: string; zone: string }): string | null {
  const { sentAt, expiresAt } = row;
  if (!sentAt) return null;
  const claimed = new Date(sentAt.getTime() - MINUTE_MS);
  if (expiresAt && claimed > expiresAt) return `after it had expired at ${expiresAt.toISOString()}`;
  const { quietFrom, quietTo } = deps.rulesOf(person.market);
  const quiet = [sentAt, claimed].every((at) => isQuiet(at, person.zone, quietFrom, quietTo));
  return row.class === 'promotional' && quiet ? `in quiet hours, at ${sentAt.toISOString()}` : null;
}
