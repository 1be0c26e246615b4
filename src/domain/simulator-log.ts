import { isDuplicateKey } from '#lib/mongo';
import { SimulatorMessage, type SimulatorMessageDoc } from '#models/simulator-message';
import type { InboundKind } from '#ports/channel';

/** Mirrors the entry the simulator channel writes (structurally its `SimulatorEntry`). */
export interface LoggedMessage {
  readonly phone: string;
  readonly direction: 'in' | 'out';
  readonly id: string;
  readonly kind: InboundKind;
  readonly text: string;
  readonly imageUrl?: string;
  readonly imageAlt?: string;
  readonly options?: readonly { readonly id: string; readonly label: string }[];
  readonly option?: string;
  readonly replyTo?: string;
  readonly orderId?: string;
  readonly at: Date;
}
export type StoredMessage = LoggedMessage & { readonly seq: number };

const PHONES_KEPT = 20_000;
/** A clash means another process wrote to the same phone meanwhile; so many in a row mean that something is broken. */
const MOST_CLASHES = 20;

/**
 * Keeps simulator messages in MongoDB. `keyOf` turns a phone number into the key it is stored under.
 * One `append` at a time per process; several processes may append to one phone (the unique `seq` orders them).
 */
export function simulatorLog({ keyOf }: { readonly keyOf: (phone: string) => string }) {
  const heads = new Map<string, number>();

  const append = async (entries: readonly LoggedMessage[]): Promise<StoredMessage[]> => {
    const rows = entries.map((entry) => toRow(entry, keyOf(entry.phone)));
    const stored = new Map<string, SimulatorMessageDoc>();
    // The first of equal entries counts, and a Map keeps the last one set.
    let missing = [...new Map(rows.map((row) => [row._id, row] as const).reverse()).values()].reverse();
    for (let clashes = 0; missing.length > 0; clashes++) {
      if (clashes > MOST_CLASHES) throw new Error('simulator log: other writers of the same phone win every time');
      const numbered = await number(missing, heads);
      missing = await insert(numbered, stored);
      for (const row of missing) heads.delete(row.phone);
    }
    return rows.map((row, i) => toMessage(stored.get(row._id) as SimulatorMessageDoc, entries[i]?.phone ?? ''));
  };

  const since = async (phone: string, after: number, limit: number): Promise<StoredMessage[]> => {
    const rows = await SimulatorMessage.find({ phone: keyOf(phone), seq: { $gt: after } })
      .sort({ seq: 1 })
      .limit(limit)
      .lean();
    return rows.map((row) => toMessage(row, phone));
  };

  return { append, since };
}

type Row = Omit<SimulatorMessageDoc, 'seq'>;

/** Gives each row the next place of its phone, reading where a phone stands only when it is not known. */
async function number(rows: readonly Row[], heads: Map<string, number>): Promise<SimulatorMessageDoc[]> {
  const unknown = [...new Set(rows.map((row) => row.phone))].filter((phone) => !heads.has(phone));
  if (heads.size + unknown.length > PHONES_KEPT) heads.clear();
  const phones = [...new Set(rows.map((row) => row.phone))].filter((phone) => !heads.has(phone));
  await Promise.all(phones.map(async (phone) => heads.set(phone, await lastSeq(phone))));
  return rows.map((row) => {
    const seq = (heads.get(row.phone) ?? 0) + 1;
    heads.set(row.phone, seq);
    return { ...row, seq };
  });
}

async function lastSeq(phone: string): Promise<number> {
  const last = await SimulatorMessage.findOne({ phone }, { seq: 1 }).sort({ seq: -1 }).lean();
  return last?.seq ?? 0;
}

/** Inserts rows, notes the places of those that are stored, and returns those that have to be numbered again. */
async function insert(rows: readonly SimulatorMessageDoc[], stored: Map<string, SimulatorMessageDoc>): Promise<Row[]> {
  try {
    await SimulatorMessage.insertMany(rows, { ordered: false, lean: true, throwOnValidationError: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const there = await SimulatorMessage.find({ _id: { $in: rows.map((row) => row._id) } }).lean();
    for (const row of there) stored.set(row._id, row);
    return rows.filter((row) => !stored.has(row._id));
  }
  for (const row of rows) stored.set(row._id, row);
  return [];
}

function toRow({ phone: _, id, options, ...rest }: LoggedMessage, phone: string): Row {
  return {
    ...rest,
    _id: `${rest.direction}:${phone}:${id}`,
    phone,
    messageId: id,
    ...(options ? { options: options.map((option) => ({ ...option })) } : {}),
  };
}

function toMessage({ _id, messageId, ...row }: SimulatorMessageDoc, phone: string): StoredMessage {
  return { ...row, id: messageId, phone, kind: row.kind as InboundKind };
}
