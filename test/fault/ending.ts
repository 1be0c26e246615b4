import mongoose from 'mongoose';
import { Customer } from '#models/customer';
import { Order } from '#models/order';
import { Reward } from '#models/reward';
import { Team } from '#models/team';

/** Collections whose rows must be the same, whatever happened on the way. */
const KEPT = [
  'orders',
  'teams',
  'seatClaims',
  'payments',
  'paymentEvents',
  'refunds',
  'journals',
  'referrals',
  'rewards',
  'consents',
];
/** Counters of tries and of revisions may differ, and so may marks of machine time. */
const LEFT_OUT = new Set(['rev', 'attempts', 'seq', 'localDay', 'fence', 'lease']);

/** Is what a story left behind, by kind of row. */
export type Ending = Readonly<Record<string, readonly string[]>>;

/** Sums up everything a story left behind, with names for ids and without times, so that two runs can be compared. */
export async function ending(): Promise<Ending> {
  const named = await namesOfIds();
  const rows: Record<string, readonly string[]> = {};
  for (const collection of KEPT) rows[collection] = await written(collection, named, bare);
  rows['notices'] = await written('outbox', named, ({ _id, state, replies }) =>
    String(_id).startsWith('reply:') ? null : { _id, state, copies: copiesOf(replies) },
  );
  rows['replies'] = await written('outbox', named, ({ _id, customerId, state, replies }) =>
    String(_id).startsWith('reply:') ? { customerId, state, copies: copiesOf(replies) } : null,
  );
  rows['interactions'] = await written('interactions', named, ({ _id, customerId, kind }) =>
    /^(in|out):/.test(String(_id)) ? { customerId, kind } : { _id, customerId, kind },
  );
  rows['inbox'] = await written('inbox', named, ({ text, state }) => ({
    text: /JOIN/.test(text ?? '') ? 'JOIN' : text,
    state,
  }));
  return rows;
}

const copiesOf = (replies: { copy: string }[] = []) => replies.map(({ copy }) => copy);

/** Is a row of any collection, with the fields that some of them have. */
interface Row {
  readonly _id: string;
  readonly state?: string;
  readonly kind?: string;
  readonly customerId?: string;
  readonly text?: string;
  readonly replies?: { copy: string }[];
}

async function written(
  collection: string,
  named: (text: string) => string,
  shape: (row: Row) => object | null,
): Promise<string[]> {
  const rows = await mongoose.connection.collection(collection).find().toArray();
  const shaped = rows.map((row) => shape(row as unknown as Row)).filter((row) => row !== null);
  return shaped.map((row) => named(JSON.stringify(row))).sort();
}

/** Drops what no two runs share. */
function bare(value: unknown): object {
  const clean = (one: unknown): unknown => {
    if (one instanceof Date) return undefined;
    if (Array.isArray(one)) return one.map(clean);
    if (one === null || typeof one !== 'object') return one;
    const kept = Object.entries(one).filter(([key]) => !LEFT_OUT.has(key));
    return Object.fromEntries(
      kept.map(([key, inner]) => [key, clean(inner)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  };
  return clean(value) as object;
}

/** Finds a name for every id and code that chance made. */
async function namesOfIds(): Promise<(text: string) => string> {
  const names = new Map<string, string>();
  const people = await Customer.find().sort({ createdAt: 1 }).lean();
  for (const [index, { _id, inviteCode }] of people.entries()) {
    names.set(_id, `customer-${index}`).set(inviteCode, `invite-${index}`);
  }
  const orders = await Order.find().sort({ placedAt: 1 }).lean();
  for (const [index, { _id, code }] of orders.entries())
    names.set(_id, `order-${index}`).set(code, `order-code-${index}`);
  const teams = await Team.find().sort({ createdAt: 1 }).lean();
  for (const [index, { _id, code }] of teams.entries()) names.set(_id, `team-${index}`).set(code, `team-code-${index}`);
  const rewards = await Reward.find().lean();
  for (const { _id, side } of rewards) names.set(_id, `reward-${side}`);
  const known = [...names].sort(([a], [b]) => b.length - a.length);
  return (text) =>
    known
      .reduce((left, [id, name]) => left.replaceAll(id, name), text)
      .replace(/\b([a-z]{1,4})_[2-9a-z]{16,20}\b/g, '$1_*')
      .replace(/[A-Za-z0-9_-]{43}/g, '*');
}
