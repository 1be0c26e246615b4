import type mongoose from 'mongoose';
import { nativeCollection } from '#lib/mongo';
import { AddressOwner } from '#models/address-owner';
import { Audit } from '#models/audit';
import { Command } from '#models/command';
import { Consent } from '#models/consent';
import { Customer } from '#models/customer';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Journal } from '#models/journal';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { Session } from '#models/session';
import { SimulatorMessage } from '#models/simulator-message';
import { Team } from '#models/team';
import type { Check } from './doctor-check.ts';

/** Checks that phone numbers are where they are sealed and nowhere else. */
export const privacyChecks: readonly Check[] = [
  {
    id: 'I15-keys',
    what: 'no key or audit row holds a phone number',
    find: phonesInKeys,
  },
  {
    id: 'I15-logs',
    what: 'no log, metric or web address holds a phone number',
    unseen: 'logs, metrics and web addresses are not in the database; a test scans them',
  },
];

/** Lists what is a key or points to one. */
const KEYS: readonly (readonly [mongoose.Model<never>, readonly string[]])[] = [
  [AddressOwner, ['_id', 'customerId']],
  [Audit, ['_id', 'target']],
  [Command, ['_id']],
  [Consent, ['_id', 'customerId', 'inboxId']],
  [Customer, ['_id', 'importId', 'addresses.key', 'payoutKeys']],
  [Inbox, ['_id', 'chatId']],
  [Interaction, ['_id', 'customerId']],
  [Journal, ['_id', 'entries.account']],
  [Order, ['_id', 'customerId']],
  [Outbox, ['_id', 'customerId', 'chatId']],
  [Session, ['_id', 'customerId']],
  [SimulatorMessage, ['phone']],
  [Team, ['_id', 'leaderId']],
] as never;

/** Matches a number with its country, and the addresses that WhatsApp makes of numbers. */
const PHONE = '[+][0-9]{10,15}|[0-9]{10,15}@(s[.]whatsapp[.]net|c[.]us)';
const MOST_PER_FIELD = 20;

async function phonesInKeys(): Promise<string[]> {
  const looks = KEYS.flatMap(([model, fields]) => fields.map((field) => phonesIn(model, field)));
  return [...(await Promise.all(looks)).flat(), ...(await phonesInAudits())];
}

async function phonesIn(model: mongoose.Model<never>, field: string): Promise<string[]> {
  const rows = await nativeCollection(model)
    .find({ [field]: { $regex: PHONE } } as object, { projection: { _id: 1 } })
    .limit(MOST_PER_FIELD)
    .toArray();
  return rows.map(({ _id }) => `${model.collection.name}.${field} of ${masked(String(_id))}`);
}

/** What an operator did is kept as JSON; it is a small collection. */
async function phonesInAudits(): Promise<string[]> {
  const found: string[] = [];
  for await (const { _id, before, after } of nativeCollection(Audit).find({}))
    if (new RegExp(PHONE).test(JSON.stringify([before, after]))) found.push(`audits: what ${_id} did`);
  return found;
}

function masked(id: string): string {
  return id.replace(/\d{6,}/g, (digits) => `${digits.slice(0, 2)}***`);
}
