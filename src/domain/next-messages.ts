import { createHash } from 'node:crypto';
import { seededRandom } from '#lib/random';
import { Customer, type CustomerDoc } from '#models/customer';
import { Outbox, type OutboxState } from '#models/outbox';
import { Product } from '#models/product';
import { SegmentMembership, type SegmentMembershipDoc } from '#models/segment-membership';
import { activeLists } from './active-runs.ts';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';
import { logInteractions } from './interactions.ts';
import { type Draw, drawChoice, EPSILON } from './next-message-kinds.ts';
import {
  type Candidate,
  candidatesFor,
  type MarketOffer,
  NOTHING_RECENT,
  readOffer,
  recentDealings,
} from './next-messages-candidates.ts';
import { messageOf } from './next-messages-copy.ts';
import { enqueueMessages } from './outbox.ts';
import { type Exclusion, findExclusions } from './plan-filters.ts';
import { earliest, nextSendingWindow, type SendingWindow } from './plan-hours.ts';
import { suggestionsOf } from './recommendations.ts';

/** Is one option of a decision as it is recorded. `why` says why it was not carried out. */
export interface RecordedOption {
  readonly kind: Candidate['kind'] | 'silence';
  readonly value: number;
  readonly dealNumber?: number;
  readonly dealId?: string;
  readonly productId?: string;
  readonly teamId?: string;
  readonly why?: string;
}

/** Is a decision with everything needed to judge it later. Values in minor units of `currency`. */
export interface Decision {
  readonly chosen: RecordedOption;
  /** What could be sent, silence last; the draw was among these. */
  readonly eligible: readonly RecordedOption[];
  /** What lost or could not be sent, and why. */
  readonly losers: readonly RecordedOption[];
  readonly currency: string;
  readonly epsilon: number;
  readonly explored: boolean;
  readonly probability: number;
  readonly seed: number;
  /** The runs the lists came from; empty when they came from what sells now. */
  readonly modelVersion: string;
}

/** Is what was decided for one customer. */
export interface Plan {
  readonly customerId: string;
  readonly key: string;
  readonly window: SendingWindow;
  /** Set when she gets no marketing at all now; the decision is then what it would have been. */
  readonly excluded: Exclusion | null;
  readonly decision: Decision;
  readonly chosen: Candidate | null;
}

/** Counts what a round of planning came to. */
export interface PlanningResult {
  readonly considered: number;
  readonly queued: number;
  readonly silent: number;
  readonly excluded: { readonly [reason in Exclusion]?: number };
}

const BATCH = 500;

/**
 * Decides today's message for everyone of a market (all markets unless told) who agreed to marketing, and queues it.
 * Safe to run again: a day's decision that is still queued stays as it is.
 */
export async function planNextMessages(
  deps: Deps,
  options: { readonly market?: string } = {},
): Promise<PlanningResult> {
  const total = { considered: 0, queued: 0, silent: 0, excluded: {} as Record<string, number> };
  const markets = options.market ? [options.market] : await Customer.distinct('market', { marketing: true });
  for (const market of markets) {
    const offer = await readOffer(deps, market);
    for await (const customers of batchesOf(market)) {
      const plans = await makePlans(deps, offer, customers);
      const free = plans.filter((plan) => plan.excluded === null);
      for (const { excluded } of plans) if (excluded) total.excluded[excluded] = (total.excluded[excluded] ?? 0) + 1;
      await carryOut(deps, free);
      total.considered += plans.length;
      total.queued += free.filter((plan) => plan.chosen !== null).length;
      total.silent += free.filter((plan) => plan.chosen === null).length;
    }
  }
  return total;
}

/**
 * Decides again for one customer and replaces her message of that day while it is still queued; with `supersedeOnly`
 * nothing is queued for somebody who had no message waiting. Null when there is no such customer.
 */
export async function planFor(
  deps: Deps,
  customerId: string,
  options: { readonly supersedeOnly?: boolean } = {},
): Promise<Plan | null> {
  const plan = await explainNext(deps, customerId);
  if (!plan) return null;
  const waiting = await Outbox.exists({ _id: plan.key, state: 'queued' });
  if (waiting) await supersede(deps, plan);
  else if (!options.supersedeOnly && plan.excluded === null) await carryOut(deps, [plan]);
  return plan;
}

/** Reads where a plan's own row in the outbox has got to; null when nothing was queued for that day. */
export async function stateOfNext(plan: Plan): Promise<OutboxState | null> {
  const row = await Outbox.findById(plan.key, { state: 1 }).lean();
  return row?.state ?? null;
}

/** Says what a customer would be told next and why, without queueing anything. Null when there is no such customer. */
export async function explainNext(deps: Deps, customerId: string): Promise<Plan | null> {
  const customer = await customerById(customerId);
  if (!customer) return null;
  const [plan] = await makePlans(deps, await readOffer(deps, customer.market), [customer]);
  return plan ?? null;
}

async function* batchesOf(market: string): AsyncGenerator<CustomerDoc[]> {
  let after = '';
  for (;;) {
    const batch = await Customer.find({ _id: { $gt: after }, market, marketing: true })
      .sort({ _id: 1 })
      .limit(BATCH)
      .lean<CustomerDoc[]>();
    if (batch.length === 0) return;
    after = batch.at(-1)?._id ?? '';
    yield batch;
  }
}

async function makePlans(deps: Deps, offer: MarketOffer, customers: readonly CustomerDoc[]): Promise<Plan[]> {
  const now = deps.clock.now();
  const windows = new Map(customers.map((customer) => [customer._id, windowOf(deps, customer, now)]));
  const keyOf = ({ _id }: CustomerDoc) => nextMessageKey(_id, windows.get(_id)!.day);
  const ids = customers.map(({ _id }) => _id);
  const [exclusions, suggestions, memberships, recent, lists] = await Promise.all([
    findExclusions(deps, customers, { windowOf: ({ _id }) => windows.get(_id)!, ownKey: keyOf }),
    suggestionsOf(deps, customers),
    membershipsOf(deps, ids),
    recentDealings(deps, ids),
    activeLists(deps),
  ]);
  const modelVersion = Object.entries(lists)
    .map(([list, run]) => `${list}:${run.runId}`)
    .sort()
    .join(' ');
  return customers.map((customer) => {
    const candidates = candidatesFor(deps, offer, {
      customer,
      suggestions: suggestions.get(customer._id) ?? new Map(),
      membership: memberships.get(customer._id) ?? null,
      recent: recent.get(customer._id) ?? NOTHING_RECENT,
    });
    const key = keyOf(customer);
    const currency = deps.rulesOf(customer.market).currency;
    return {
      customerId: customer._id,
      key,
      window: windows.get(customer._id)!,
      excluded: exclusions.get(customer._id) ?? null,
      ...decide(candidates, { key, modelVersion, currency }),
    };
  });
}

function windowOf(deps: Deps, customer: CustomerDoc, now: Date): SendingWindow {
  const rules = deps.rulesOf(customer.market);
  return nextSendingWindow(now, customer.zone, { from: rules.quietFrom, to: rules.quietTo });
}

/** Names the outbox row of a customer's next message of a local day. */
export function nextMessageKey(customerId: string, day: string): string {
  return `next:${customerId}:${day}`;
}

interface DecisionContext {
  readonly key: string;
  readonly modelVersion: string;
  readonly currency: string;
}

function decide(candidates: readonly Candidate[], context: DecisionContext): Pick<Plan, 'decision' | 'chosen'> {
  const sendable = candidates.filter((candidate) => !candidate.blocked);
  const seed = seedOf(context.key, context.modelVersion);
  const values = [...sendable.map(({ value }) => value), 0];
  const draw = drawChoice(values, seededRandom(seed).unit());
  const chosen = sendable[draw.index] ?? null;
  const silence: RecordedOption = { kind: 'silence', value: 0 };
  const losers = candidates
    .filter((candidate) => candidate !== chosen)
    .map((loser) => recorded(loser, whyLost(loser, chosen, draw)));
  const decision = {
    chosen: chosen ? recorded(chosen) : silence,
    eligible: [...sendable.map((candidate) => recorded(candidate)), silence],
    losers: chosen ? [...losers, { ...silence, why: draw.explored ? 'explored' : 'lower-value' }] : losers,
    currency: context.currency,
    epsilon: EPSILON,
    explored: draw.explored,
    probability: draw.probability,
    seed,
    modelVersion: context.modelVersion,
  };
  return { decision, chosen };
}

function whyLost(loser: Candidate, chosen: Candidate | null, draw: Draw): string {
  if (loser.blocked) return loser.blocked;
  if (draw.explored) return 'explored';
  return chosen === null ? 'not-worth-it' : 'lower-value';
}

function recorded({ kind, value, deal, team }: Candidate, why?: string): RecordedOption {
  return {
    kind,
    value,
    dealNumber: deal.number,
    dealId: deal._id,
    productId: deal.productId,
    ...(team ? { teamId: team.id } : {}),
    ...(why ? { why } : {}),
  };
}

/** Makes the seed of a decision: the same customer, day and model draw the same. */
function seedOf(key: string, modelVersion: string): number {
  return createHash('sha256').update(`${key}|${modelVersion}`).digest().readUInt32BE(0);
}

async function membershipsOf(deps: Deps, ids: readonly string[]): Promise<Map<string, SegmentMembershipDoc>> {
  const run = (await activeLists(deps)).segments;
  if (!run) return new Map();
  const rows = await SegmentMembership.find({ _id: { $in: ids.map((id) => `${run.runId}:${id}`) } }).lean();
  return new Map(rows.map((row) => [row.customerId, row]));
}

/** Queues what was chosen and logs every decision, silence included. */
async function carryOut(deps: Deps, plans: readonly Plan[]): Promise<void> {
  const spoken = plans.flatMap((plan) => (plan.chosen ? [{ plan, chosen: plan.chosen }] : []));
  const names = await namesBehind(spoken.map(({ chosen }) => chosen));
  const createdAt = deps.clock.now();
  await enqueueMessages(
    spoken.map(({ plan, chosen }) => ({
      key: plan.key,
      customerId: plan.customerId,
      class: 'promotional' as const,
      replies: [messageOf(deps, chosen, names)],
      createdAt,
      notBefore: plan.window.notBefore,
      expiresAt: expiryOf(plan, chosen),
      decision: plan.decision,
    })),
  );
  await logDecisions(deps, plans);
}

/** Finds until when a message makes sense: its day's window, the deal and the team. */
function expiryOf({ window }: Plan, { deal, team }: Candidate): Date {
  return earliest(window.expiresAt, deal.endsAt, ...(team ? [team.expiresAt] : []));
}

async function supersede(deps: Deps, plan: Plan): Promise<void> {
  const { chosen } = plan;
  const filter = { _id: plan.key, state: 'queued' as const };
  if (!chosen || plan.excluded) {
    const reason = plan.excluded ?? 'superseded: silence';
    await Outbox.updateOne(filter, { $set: { state: 'cancelled', reason, decision: plan.decision } });
  } else {
    const names = await namesBehind([chosen]);
    const { decision } = plan;
    const replies = [messageOf(deps, chosen, names)];
    await Outbox.updateOne(filter, { $set: { replies, decision, expiresAt: expiryOf(plan, chosen) } });
  }
  await logDecisions(deps, [plan]);
}

async function logDecisions(deps: Deps, plans: readonly Plan[]): Promise<void> {
  const at = deps.clock.now();
  await logInteractions(
    plans.map(({ key, customerId, decision }) => ({
      _id: `${key}:${decision.chosen.kind}:${decision.chosen.dealNumber ?? 0}`,
      customerId,
      kind: 'next-message',
      at,
      ...(decision.chosen.dealId ? { dealId: decision.chosen.dealId } : {}),
      ...(decision.chosen.productId ? { productId: decision.chosen.productId } : {}),
      data: { chosen: decision.chosen.kind, value: decision.chosen.value, probability: decision.probability },
    })),
  );
}

async function namesBehind(chosen: readonly Candidate[]): Promise<Map<string, { [language: string]: string }>> {
  const ids = chosen.flatMap(({ suggestion }) => suggestion?.item.reason.productId ?? []);
  if (ids.length === 0) return new Map();
  const products = await Product.find({ _id: { $in: [...new Set(ids)] } }, { names: 1 }).lean();
  return new Map(products.map((product) => [product._id, product.names]));
}
