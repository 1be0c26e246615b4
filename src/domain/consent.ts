import { insertOnce } from '#lib/mongo';
import { Consent } from '#models/consent';
import { Customer } from '#models/customer';
import { Outbox } from '#models/outbox';
import { idsOf } from './customers.ts';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';

/** Is a yes or a no to marketing, with the message that said it and the text that was agreed to. */
export interface MarketingAnswer {
  readonly customerId: string;
  readonly granted: boolean;
  readonly inboxId: string;
  readonly language: string;
  readonly textVersion: string;
}

/**
 * Records a yes or a no to marketing. A no takes back, in the same call, every marketing message that has not left.
 * Recording the same answer again changes nothing; an older answer never wins over a newer one.
 */
export async function setMarketing(deps: Deps, answer: MarketingAnswer): Promise<{ readonly cancelled: number }> {
  const _id = `consent:${answer.inboxId}:marketing:${answer.granted ? 'yes' : 'no'}`;
  const { granted, customerId } = answer;
  const now = deps.clock.now();
  const record = { _id, ...answer, purpose: 'marketing' as const, at: now };
  const isNew = await insertOnce(() => Consent.create(record));
  const at = isNew ? now : ((await Consent.findById(_id).lean())?.at ?? now);
  await Customer.updateOne(
    { _id: customerId, marketingAt: { $not: { $gt: at } } },
    { $set: { marketing: granted, marketingAt: at } },
  );
  const cancelled = granted ? 0 : await cancelMarketing(customerId, 'opted-out');
  const data = { purpose: 'marketing', granted, cancelled, textVersion: answer.textVersion, language: answer.language };
  await logInteractions([{ _id: `i:${_id}`, customerId, kind: 'consent', at, data }]);
  return { cancelled };
}

/** Takes back a customer's marketing messages that have not left; says how many. */
export async function cancelMarketing(customerId: string, reason: string): Promise<number> {
  const { modifiedCount } = await Outbox.updateMany(
    { customerId: { $in: await idsOf(customerId) }, class: 'promotional', state: 'queued' },
    { $set: { state: 'cancelled', reason } },
  );
  return modifiedCount;
}

/** Tells whether marketing may be sent to a customer now. */
export async function mayMarket(customerId: string): Promise<boolean> {
  const customer = await Customer.findById(customerId, { marketing: 1, erasure: 1, mergedInto: 1 }).lean();
  return customer?.marketing === true && !customer.erasure && !customer.mergedInto;
}
