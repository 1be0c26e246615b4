import { Customer, type CustomerDoc } from '#models/customer';
import { Outbox } from '#models/outbox';
import { cancelMarketing } from './consent.ts';
import { customerById, idsOf } from './customers.ts';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';
import { type OpenMatter, openMatters } from './open-matters.ts';
import { enqueueMessages } from './outbox.ts';
import { removeTraces } from './removed-traces.ts';

export { exportData } from './data-export.ts';

/** Says when a customer will be forgotten: soon (at one of the next runs of `eraseDue`), or once what is open is settled (by `date`, if known). */
export type ErasureAnswer =
  | { readonly kind: 'soon' }
  | { readonly kind: 'when-settled'; readonly waitsFor: readonly OpenMatter[]; readonly date?: Date }
  | { readonly kind: 'done' };

/** The last word to her is waited for so long (business time); then she is forgotten all the same. */
const LAST_WORD_MS = 3_600_000;

/** Takes a customer's wish to be forgotten. Marketing ends at once; asking again gives today's answer. */
export async function askErasure(
  deps: Deps,
  { customerId, inboxId }: { readonly customerId: string; readonly inboxId: string },
): Promise<ErasureAnswer> {
  const customer = await customerById(customerId);
  if (!customer || customer.erasure?.done) return { kind: 'done' };
  const now = deps.clock.now();
  await Customer.updateOne(
    { _id: customer._id, erasure: { $exists: false } },
    { $set: { erasure: { asked: now }, marketing: false, marketingAt: now } },
  );
  await cancelMarketing(customer._id, 'erasure');
  await logInteractions([
    { _id: `i:erasure-asked:${customer._id}`, customerId: customer._id, kind: 'erasure', at: now, data: { inboxId } },
  ]);
  return answerOf(await openMatters(deps, customer._id));
}

/** Forgets every customer who asked for it and has nothing open; says whom. Safe to run at any time, anywhere. */
export async function eraseDue(deps: Deps): Promise<{ readonly erased: readonly string[]; readonly waiting: number }> {
  const asked = await Customer.find({
    'erasure.asked': { $exists: true },
    'erasure.done': { $exists: false },
    mergedInto: { $exists: false },
  }).lean<CustomerDoc[]>();
  const erased: string[] = [];
  for (const customer of asked) if (await eraseIfDue(deps, customer)) erased.push(customer._id);
  return { erased, waiting: asked.length - erased.length };
}

function answerOf(waitsFor: readonly OpenMatter[]): ErasureAnswer {
  if (waitsFor.length === 0) return { kind: 'soon' };
  const dates = waitsFor.map((matter) => matter.by?.getTime());
  const known = dates.every((date) => date !== undefined);
  return { kind: 'when-settled', waitsFor, ...(known ? { date: new Date(Math.max(...(dates as number[]))) } : {}) };
}

/** First the last word is queued, and only after it has left the address goes too. */
async function eraseIfDue(deps: Deps, customer: CustomerDoc): Promise<boolean> {
  if ((await openMatters(deps, customer._id)).length > 0) return false;
  const now = deps.clock.now();
  const ready = customer.erasure?.ready;
  if (!ready) {
    await queueLastWord(customer, now);
    await Customer.updateOne(
      { _id: customer._id, 'erasure.done': { $exists: false } },
      { $set: { 'erasure.ready': now } },
    );
    return false;
  }
  const ids = await idsOf(customer._id);
  const onItsWay = await Outbox.exists({ customerId: { $in: ids }, state: { $in: ['queued', 'sending'] } });
  if (onItsWay && now.getTime() < ready.getTime() + LAST_WORD_MS) return false;
  await removeTraces(deps, customer, ids);
  return true;
}

async function queueLastWord(customer: CustomerDoc, at: Date): Promise<void> {
  await enqueueMessages([
    {
      key: `notice:erasure-done:${customer._id}`,
      customerId: customer._id,
      class: 'transactional',
      replies: [{ copy: 'notice.erasure-done' }],
      createdAt: at,
    },
  ]);
}
