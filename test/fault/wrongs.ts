import { diagnose } from '#domain/doctor';
import { Inbox } from '#models/inbox';
import { Outbox } from '#models/outbox';
import { testDeps } from '#test/support/deps';
import { type Ending, ending } from './ending.ts';
import type { Shop } from './shop.ts';
import { SECRETS } from './wire.ts';

/** Lists what is wrong after a story, wherever it died on the way; `known` are messages from before it began. */
export async function wrongsAfter(shop: Shop, known: readonly string[]): Promise<string[]> {
  const found = await Promise.all([brokenInvariants(), unhandled(), wrongCopies(shop, known)]);
  return [...found.flat(), ...doubtfulRefunds(shop)];
}

async function brokenInvariants(): Promise<string[]> {
  const { checks } = await diagnose(testDeps({ secrets: SECRETS }));
  return checks.filter(({ ok }) => ok === false).map(({ id, examples }) => `${id}: ${examples.join('; ')}`);
}

async function unhandled(): Promise<string[]> {
  const rows = await Inbox.find({ state: { $ne: 'done' } }).lean();
  return rows.map(({ text, state, reason }) => `inbox "${text}" is ${state} ${reason ?? ''}`);
}

/** Holds what phones got against the outbox: everything at least once, and at most once more for every death. */
async function wrongCopies(shop: Shop, known: readonly string[]): Promise<string[]> {
  const copies = new Map<string, number>();
  for (const { key } of shop.shown) copies.set(key, (copies.get(key) ?? 0) + 1);
  const owed = await Outbox.find({ class: 'transactional', _id: { $nin: known } }, { _id: 1 }).lean();
  const most = 1 + shop.deaths.length;
  return [
    ...owed.filter(({ _id }) => !copies.has(_id)).map(({ _id }) => `${_id} was never shown`),
    ...[...copies].filter(([, count]) => count > most).map(([key, count]) => `${key} was shown ${count} times`),
  ];
}

/** A provider that is asked for the same refund twice pays it once; asked for another amount it could not know. */
function doubtfulRefunds({ refunds }: Shop): string[] {
  const amounts = new Map(refunds.map(({ id, amount }) => [id, amount]));
  return refunds.filter(({ id, amount }) => amounts.get(id) !== amount).map(({ id }) => `${id} has two amounts`);
}

/** Says what was lost and what is too much, compared with a run that was left in peace. */
export async function differenceTo(wanted: Ending): Promise<string[]> {
  const found = await ending();
  return Object.keys(wanted).flatMap((name) => {
    const more = [...(found[name] ?? [])];
    const lost = (wanted[name] ?? []).filter((row) => !takeOut(more, row));
    return [...lost.map((row) => `${name} lost ${row}`), ...more.map((row) => `${name} has too much ${row}`)];
  });
}

function takeOut(rows: string[], row: string): boolean {
  const at = rows.indexOf(row);
  if (at >= 0) rows.splice(at, 1);
  return at >= 0;
}
