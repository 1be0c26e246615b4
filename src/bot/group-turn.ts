import type { Position, TurnOutcome } from '#conversation/flow';
import { runTurn } from '#conversation/run';
import { updateCustomer } from '#domain/customers';
import type { FlowContext } from '#flows/context';
import type { Reply } from '#lib/sentence';
import type { CustomerDoc, Language } from '#models/customer';
import type { InboxDoc } from '#models/inbox';
import type { SessionDoc } from '#models/session';
import { type BotParts, inputOf } from './parts.ts';

/** Says how one message was handled, for the log and the inbox. */
export interface Handled {
  readonly row: InboxDoc;
  readonly note: { readonly [fact: string]: string };
}

/** Is what a group of messages of one chat came to: everything before a failure counts, nothing after it. */
export interface GroupResult {
  readonly position: Position | null;
  readonly replies: readonly Reply[];
  readonly handled: readonly Handled[];
  /** The customer as the last turn left her, in whose language the replies are rendered. */
  readonly customer: CustomerDoc;
  readonly failed: { readonly row: InboxDoc; readonly error: unknown } | null;
}

/** More free texts than this at once are a flood: only the last of them is answered. */
const FLOOD = 10;

/**
 * Runs the turns of several messages of one chat, one after the other, without writing anything.
 * The replies are merged: a question that a later turn replaced is left out.
 */
export async function runGroup(
  parts: BotParts,
  session: SessionDoc,
  customer: CustomerDoc,
  rows: readonly InboxDoc[],
): Promise<GroupResult> {
  let position = session.position as Position | null;
  let replies: readonly Reply[] = [];
  let person = customer;
  const handled: Handled[] = [];
  const silent = floodOf(rows);
  for (const row of rows) {
    if (silent.has(row._id)) {
      handled.push({ row, note: { way: 'flood' } });
      continue;
    }
    const { outcome, after } = await runOne(parts, session, person, position, row);
    if (outcome.kind === 'failed') {
      return { position, replies, handled, customer: person, failed: { row, error: outcome.error } };
    }
    person = after;
    handled.push({ row, note: noteOf(outcome, position) });
    if (outcome.kind === 'skipped') continue;
    replies = merged(replies, outcome.replies);
    position = outcome.position;
  }
  return { position, replies, handled, customer: person, failed: null };
}

function floodOf(rows: readonly InboxDoc[]): ReadonlySet<string> {
  const texts = rows.filter((row) => row.kind === 'text' && row.option === undefined && row.text.length > 3);
  return texts.length > FLOOD ? new Set(texts.slice(0, -1).map(({ _id }) => _id)) : new Set();
}

async function runOne(
  { deps, engine, readWriting }: BotParts,
  session: SessionDoc,
  customer: CustomerDoc,
  position: Position | null,
  row: InboxDoc,
): Promise<{ outcome: TurnOutcome; after: CustomerDoc }> {
  const now = deps.clock.now();
  const context: FlowContext = {
    deps,
    customer,
    now,
    commandId: `${row._id}:${position?.step ?? 'start'}`,
    language: customer.language,
    chatId: session._id,
    inboxId: row._id,
    text: row.text,
  };
  const input = inputOf(row, session.shown);
  const outcome = await runTurn(position, input, engine, { context, language: customer.language, now });
  const language = writtenLanguage(readWriting(row.text), outcome, context);
  if (language !== customer.language) await updateCustomer(deps, customer._id, { language });
  return { outcome, after: { ...context.customer, language } };
}

/** Lists the ways of a turn in which the text was the person's own words rather than an answer or a command. */
const OWN_WORDS: ReadonlySet<string> = new Set(['intent', 'question', 'bad', 'home']);

/**
 * Says in which language to answer: the one she writes in. English she only moves to by choosing it, because its
 * words are everybody's.
 */
function writtenLanguage(
  written: Language | null,
  outcome: TurnOutcome,
  { customer, language }: FlowContext,
): Language {
  const own = 'way' in outcome && OWN_WORDS.has(outcome.way);
  if (!own || written === null || (written === 'en' && customer.languageChosen)) return language;
  return written;
}

function noteOf(outcome: Exclude<TurnOutcome, { kind: 'failed' }>, before: Position | null): Handled['note'] {
  const from = before ? `${before.flow}/${before.step}` : 'start';
  if (outcome.kind === 'skipped') return { way: 'skipped', reason: outcome.reason, from };
  const to = outcome.position ? `${outcome.position.flow}/${outcome.position.step}` : 'end';
  return { way: outcome.way, from, to, ...(outcome.intent ? { intent: outcome.intent } : {}) };
}

/** Joins replies of consecutive turns: an earlier menu is not shown again, and nothing is said twice. */
function merged(before: readonly Reply[], after: readonly Reply[]): readonly Reply[] {
  if (before.length === 0) return after;
  const said = new Set(after.map((reply) => JSON.stringify(reply)));
  return [...before.filter((reply) => !reply.options?.length && !said.has(JSON.stringify(reply))), ...after];
}
