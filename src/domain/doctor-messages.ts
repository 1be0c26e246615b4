import { isQuiet } from '#lib/local-time';
import { Consent } from '#models/consent';
import { Customer } from '#models/customer';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Outbox } from '#models/outbox';
import { type Check, unseen, violations } from './doctor-check.ts';

const MINUTE_MS = 60_000;
/** Unhandled for longer than this (system time) is lost rather than late. */
const INBOX_LATE_MS = 15 * MINUTE_MS;
const LEFT = ['sending', 'sent', 'delivered', 'read', 'uncertain'] as const;
const RAW_PHONE = /(^|\D)\+?\d{10,15}(\D|$)/;

/** Checks the inbox, the outbox, consent and quiet hours. */
export const messageChecks: readonly Check[] = [
  {
    id: 'I5-owed',
    what: 'no notice that is owed was given up or lies unsent for long',
    find: async () => {
      const before = new Date(Date.now() - INBOX_LATE_MS);
      const rows = await Outbox.find({
        class: 'transactional',
        $or: [{ state: 'failed' }, { state: { $in: ['queued', 'sending'] }, seq: { $lt: before.getTime() * 1_000 } }],
      }).lean();
      const late = rows.filter(({ notBefore, reason }) => !notBefore && !reason?.startsWith('no address'));
      return violations(late.map(({ _id, state, reason }) => `${_id} is ${state}${reason ? `: ${reason}` : ''}`));
    },
  },
  {
    id: 'I5-copies',
    what: 'extra copies are at most the crashes and timeouts',
    find: async () => unseen('what a phone received twice is known to the phone, not to the database'),
  },
  {
    id: 'I10',
    what: 'every stored message ends done, or dead with a reason',
    find: async () => {
      const late = { state: 'new' as const, receivedAt: { $lt: new Date(Date.now() - INBOX_LATE_MS) } };
      const rows = await Inbox.find(
        { $or: [late, { state: 'dead', reason: { $exists: false } }] },
        { state: 1 },
      ).lean();
      return violations(rows.map(({ _id, state }) => `${_id} is ${state}`));
    },
  },
  {
    id: 'I12',
    what: 'no marketing left after its customer said stop',
    find: async () => violations(await afterStop()),
  },
  {
    id: 'I13',
    what: 'no marketing left in quiet hours, and nothing after its own expiry',
    find: async (deps) => {
      const rows = await Outbox.find({
        sentAt: { $exists: true },
        $or: [{ class: 'promotional' }, { expiresAt: { $exists: true } }],
      }).lean();
      const people = await Customer.find(
        { _id: { $in: rows.map(({ customerId }) => customerId) } },
        { zone: 1, market: 1 },
      ).lean();
      const personOf = new Map(people.map((row) => [row._id, row]));
      return violations(
        rows.flatMap(({ _id, class: kind, customerId, sentAt, expiresAt }) => {
          const person = personOf.get(customerId);
          if (!sentAt || !person) return [];
          const { quietFrom, quietTo } = deps.rulesOf(person.market);
          // A message that was claimed a moment before the hour may arrive a moment after it.
          const claimed = new Date(sentAt.getTime() - MINUTE_MS);
          if (expiresAt && claimed > expiresAt) return [`${_id} left after it expired`];
          const quiet =
            isQuiet(sentAt, person.zone, quietFrom, quietTo) && isQuiet(claimed, person.zone, quietFrom, quietTo);
          return kind === 'promotional' && quiet ? [`${_id} left at ${sentAt.toISOString()}`] : [];
        }),
      );
    },
  },
  {
    id: 'I15-keys',
    what: 'no key or log row holds a phone number',
    find: async () => violations(await phonesInKeys()),
  },
  {
    id: 'I15-logs',
    what: 'no log, metric or address holds a phone number',
    find: async () => unseen('logs, metrics and web addresses are not in the database; a test scans them'),
  },
];

async function afterStop(): Promise<string[]> {
  const stops = await Consent.aggregate<{ _id: string; granted: boolean; at: Date }>([
    { $match: { purpose: 'marketing' } },
    { $sort: { at: 1 } },
    { $group: { _id: '$customerId', granted: { $last: '$granted' }, at: { $last: '$at' } } },
    { $match: { granted: false } },
  ]);
  const atOf = new Map(stops.map(({ _id, at }) => [_id, at]));
  const rows = await Outbox.find({
    class: 'promotional',
    customerId: { $in: [...atOf.keys()] },
    state: { $in: ['queued', ...LEFT] },
  }).lean();
  return rows.flatMap(({ _id, customerId, state, sentAt, createdAt }) => {
    const stop = atOf.get(customerId);
    const left = sentAt ?? createdAt;
    return stop && (state === 'queued' || left > stop) ? [`${_id} is ${state} although ${customerId} said stop`] : [];
  });
}

async function phonesInKeys(): Promise<string[]> {
  const looks = { $regex: '[+][0-9]{10,15}' };
  const [inbox, outbox, customers, interactions] = await Promise.all([
    Inbox.find({ _id: looks }, { _id: 1 }).limit(50).lean(),
    Outbox.find({ _id: looks }, { _id: 1 }).limit(50).lean(),
    Customer.find({ $or: [{ _id: looks }, { importId: looks }, { 'addresses.key': looks }] }, { _id: 1 })
      .limit(50)
      .lean(),
    Interaction.find({ _id: looks }, { _id: 1 }).limit(50).lean(),
  ]);
  const names = { inbox, outbox, customers, interactions };
  return Object.entries(names).flatMap(([name, rows]) =>
    rows.map(({ _id }) => `${name}: ${String(_id).replace(RAW_PHONE, '$1***$2')}`),
  );
}
