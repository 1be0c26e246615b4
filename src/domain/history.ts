import { Consent } from '#models/consent';
import type { CustomerDoc } from '#models/customer';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Journal } from '#models/journal';
import { Order } from '#models/order';
import { Outbox } from '#models/outbox';
import { chatIdOf } from './addresses.ts';
import { customerById, idsOf } from './customers.ts';

/** Is one thing in a person's story. `what` is one plain line for operators; `row` is everything that is stored. */
export interface HistoryEvent {
  readonly at: Date;
  readonly source: 'interaction' | 'inbox' | 'outbox' | 'order' | 'journal' | 'consent';
  readonly id: string;
  readonly what: string;
  readonly row: { readonly [field: string]: unknown };
}

/** Tells everything that is stored about a customer, merged ids included, in the order it happened; empty for nobody. */
export async function historyOf(customerId: string): Promise<HistoryEvent[]> {
  const customer = await customerById(customerId);
  if (!customer) return [];
  const ids = await idsOf(customer._id);
  const parts = await Promise.all([
    interactionsOf(ids),
    messagesIn(customer),
    messagesOut(ids),
    ordersIn(ids),
    journalsOf(ids),
    consentsOf(ids),
  ]);
  return parts.flat().sort((a, b) => a.at.getTime() - b.at.getTime() || a.id.localeCompare(b.id));
}

async function interactionsOf(ids: readonly string[]): Promise<HistoryEvent[]> {
  const rows = await Interaction.find({ customerId: { $in: ids } }).lean();
  return rows.map((row) => {
    const about = [row.kind, row.dealId, row.orderId, row.teamId, money(row.amount, row.currency), brief(row.data)];
    return { at: row.at, source: 'interaction', id: row._id, what: joined(about), row: { ...row } };
  });
}

/** Leaves out the sealed address, which no reader of a story needs. */
async function messagesIn(customer: CustomerDoc): Promise<HistoryEvent[]> {
  const rows = await Inbox.find({ chatId: { $in: customer.addresses.map(chatIdOf) } }, { sealed: 0 }).lean();
  return rows.map((row) => {
    const what = joined([
      `says (${row.kind})`,
      row.text || row.option,
      row.state === 'done' ? '' : `[${row.state}]`,
      row.reason,
    ]);
    return { at: row.at, source: 'inbox', id: row._id, what, row: { ...row } };
  });
}

async function messagesOut(ids: readonly string[]): Promise<HistoryEvent[]> {
  const rows = await Outbox.find({ customerId: { $in: ids } }).lean();
  return rows.map((row) => {
    const copies = (row.replies as { copy?: string }[]).map((reply) => reply.copy).join(' + ');
    const what = joined([`is told [${row.state}]`, row.rendered?.text ?? copies, row.reason]);
    return { at: row.sentAt ?? row.createdAt, source: 'outbox', id: row._id, what, row: { ...row } };
  });
}

async function ordersIn(ids: readonly string[]): Promise<HistoryEvent[]> {
  const rows = await Order.find({ customerId: { $in: ids } }).lean();
  return rows.map((row) => {
    const lines = row.lines.map((line) => `${line.quantity} × ${line.productId}`).join(', ');
    const what = joined([`orders ${row.code}`, lines, money(row.total, row.currency), `[${row.state}, ${row.source}]`]);
    return { at: row.placedAt, source: 'order', id: row._id, what, row: { ...row } };
  });
}

async function journalsOf(ids: readonly string[]): Promise<HistoryEvent[]> {
  const accounts = ids.flatMap((id) =>
    ['held', 'refund-due', 'credit', 'credit-pending'].map((name) => `customer:${id}:${name}`),
  );
  const rows = await Journal.find({
    $or: [{ 'entries.account': { $in: accounts } }, { customerId: { $in: ids } }],
  }).lean();
  return rows.map((row) => {
    const moves = row.entries.map((entry) => `${entry.account} ${entry.amount > 0 ? '+' : ''}${entry.amount}`);
    return {
      at: row.at,
      source: 'journal',
      id: row._id,
      what: joined([row.kind, ...moves, row.currency]),
      row: { ...row },
    };
  });
}

async function consentsOf(ids: readonly string[]): Promise<HistoryEvent[]> {
  const rows = await Consent.find({ customerId: { $in: ids } }).lean();
  return rows.map((row) => {
    const what = `says ${row.granted ? 'yes' : 'no'} to ${row.purpose} (text ${row.textVersion}, ${row.language})`;
    return { at: row.at, source: 'consent', id: row._id, what, row: { ...row } };
  });
}

const joined = (parts: readonly (string | undefined)[]) => parts.filter(Boolean).join(' · ');

function money(amount: number | undefined, currency: string | undefined): string {
  return amount === undefined ? '' : `${amount} ${currency ?? ''} (minor)`;
}

function brief(data: { [key: string]: unknown } | undefined): string {
  return data ? JSON.stringify(data).slice(0, 160) : '';
}
