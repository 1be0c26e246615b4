import { derivedId } from '#lib/random';
import { Broadcast, type BroadcastDoc } from '#models/broadcast';
import { Customer, type CustomerDoc } from '#models/customer';
import { Deal, type DealDoc } from '#models/deal';
import { Outbox } from '#models/outbox';
import { Product, type ProductDoc } from '#models/product';
import { activeLists } from './active-runs.ts';
import type { Deps } from './deps.ts';
import { type Block, blockOf, NOTHING_RECENT, recentDealings } from './next-messages-candidates.ts';
import { broadcastMessage } from './next-messages-copy.ts';
import { enqueueMessages } from './outbox.ts';
import { type Exclusion, findExclusions } from './plan-filters.ts';
import { earliest, nextSendingWindow, type SendingWindow } from './plan-hours.ts';
import { listSegments, membersOf } from './segments.ts';

/** Names a deal and a segment of the active run. */
export interface BroadcastRequest {
  readonly dealId: string;
  readonly segment: string;
}

/** Lists why somebody of the audience gets nothing. */
export type FallOut = Exclusion | Block | 'already-sent' | 'unknown-customer';

/** Says who would get a broadcast, or got it, and why the others do not. */
export interface BroadcastReport {
  readonly kind: 'ok';
  readonly dryRun: boolean;
  readonly broadcastId: string;
  readonly dealNumber: number;
  readonly product: string;
  readonly audience: number;
  readonly sendable: number;
  /** Of those sendable, how many wait for the end of quiet hours. */
  readonly later: number;
  readonly fallOut: { readonly [reason in FallOut]?: number };
}

export type BroadcastOutcome =
  | BroadcastReport
  | { readonly kind: 'no-deal' }
  | { readonly kind: 'no-run' }
  | { readonly kind: 'no-segment'; readonly segments: readonly string[] };

/** Says what `broadcastDeal` would do now, by the same code, and writes nothing. */
export function dryRun(deps: Deps, request: BroadcastRequest): Promise<BroadcastOutcome> {
  return broadcast(deps, request, true);
}

/**
 * Queues a deal for everyone of a segment who may get it. The audience is fixed the first time; a row is named by deal
 * and customer, so that running it again sends nothing twice.
 */
export function broadcastDeal(deps: Deps, request: BroadcastRequest): Promise<BroadcastOutcome> {
  return broadcast(deps, request, false);
}

const BATCH = 500;

async function broadcast(deps: Deps, request: BroadcastRequest, dry: boolean): Promise<BroadcastOutcome> {
  const deal = await Deal.findById(request.dealId).lean<DealDoc>();
  const product = deal ? await Product.findById(deal.productId).lean<ProductDoc>() : null;
  if (!deal || !product) return { kind: 'no-deal' };
  const frozen = await frozenAudience(deps, request);
  if ('kind' in frozen) return frozen;
  const tally = new Tally();
  const kept = dry ? null : await freeze(frozen);
  for (let from = 0; from < frozen.audience.length; from += BATCH) {
    const ids = frozen.audience.slice(from, from + BATCH);
    const sendable = await sift(deps, deal, ids, tally);
    if (!dry) await enqueue(deps, deal, product, sendable);
  }
  if (kept === 'new') await Broadcast.updateOne({ _id: frozen._id }, { $set: { counts: tally.counts() } });
  return {
    kind: 'ok',
    dryRun: dry,
    broadcastId: frozen._id,
    dealNumber: deal.number,
    product: product.names['en'] ?? product._id,
    audience: frozen.audience.length,
    ...tally.report(),
  };
}

/** Reads the audience as it was fixed, or finds it in the active run. */
async function frozenAudience(
  deps: Deps,
  { dealId, segment }: BroadcastRequest,
): Promise<BroadcastDoc | Extract<BroadcastOutcome, { kind: 'no-run' | 'no-segment' }>> {
  const _id = derivedId('b', dealId, segment);
  const before = await Broadcast.findById(_id).lean<BroadcastDoc>();
  if (before) return before;
  const run = (await activeLists(deps)).segments;
  if (!run) return { kind: 'no-run' };
  const audience = await membersOf(deps, segment);
  if (audience.length === 0)
    return {
      kind: 'no-segment',
      segments: (await listSegments(deps)).map(({ kind, segment: name }) => `${kind}:${name}`),
    };
  return { _id, dealId, segment, runId: run.runId, audience, at: deps.clock.now(), counts: {} };
}

async function freeze(frozen: BroadcastDoc): Promise<'new' | 'old'> {
  const { _id, ...row } = frozen;
  const { upsertedCount } = await Broadcast.updateOne({ _id }, { $setOnInsert: row }, { upsert: true });
  return upsertedCount === 1 ? 'new' : 'old';
}

interface Sendable {
  readonly customer: CustomerDoc;
  readonly window: SendingWindow;
}

/** Takes out everyone who may not get it, each for the first reason that holds, and counts. */
async function sift(deps: Deps, deal: DealDoc, ids: readonly string[], tally: Tally): Promise<Sendable[]> {
  const now = deps.clock.now();
  const customers = await Customer.find({ _id: { $in: [...ids] } }).lean<CustomerDoc[]>();
  tally.fall('unknown-customer', ids.length - customers.length);
  const windows = new Map(customers.map((customer) => [customer._id, windowOf(deps, customer, now)]));
  const [sent, recent, exclusions] = await Promise.all([
    Outbox.distinct('_id', { _id: { $in: customers.map((customer) => broadcastKey(deal._id, customer._id)) } }),
    recentDealings(deps, ids),
    findExclusions(deps, customers, {
      windowOf: ({ _id }) => windows.get(_id)!,
      ownKey: ({ _id }) => broadcastKey(deal._id, _id),
    }),
  ]);
  const sentKeys = new Set(sent);
  const sendable: Sendable[] = [];
  for (const customer of customers) {
    const window = windows.get(customer._id)!;
    const over = deal.endsAt <= window.notBefore ? 'not-running' : undefined;
    const block = over ?? blockOf(deps, deal, customer, recent.get(customer._id) ?? NOTHING_RECENT);
    const already = sentKeys.has(broadcastKey(deal._id, customer._id));
    const reason = already ? 'already-sent' : (exclusions.get(customer._id) ?? block);
    if (reason) tally.fall(reason, 1);
    else {
      tally.send(window.notBefore > now);
      sendable.push({ customer, window });
    }
  }
  return sendable;
}

/** Names the outbox row of a deal sent to a customer. */
function broadcastKey(dealId: string, customerId: string): string {
  return `deal:${dealId}:${customerId}`;
}

function windowOf(deps: Deps, customer: CustomerDoc, now: Date): SendingWindow {
  const { quietFrom, quietTo } = deps.rulesOf(customer.market);
  return nextSendingWindow(now, customer.zone, { from: quietFrom, to: quietTo });
}

async function enqueue(deps: Deps, deal: DealDoc, product: ProductDoc, sendable: readonly Sendable[]): Promise<void> {
  const createdAt = deps.clock.now();
  await enqueueMessages(
    sendable.map(({ customer, window }) => ({
      key: broadcastKey(deal._id, customer._id),
      customerId: customer._id,
      class: 'promotional' as const,
      replies: [broadcastMessage(deps, deal, product)],
      createdAt,
      notBefore: window.notBefore,
      expiresAt: earliest(window.expiresAt, deal.endsAt),
    })),
  );
}

/** Counts what becomes of an audience. */
class Tally {
  readonly #fallOut: { [reason in FallOut]?: number } = {};
  #sendable = 0;
  #later = 0;

  fall(reason: FallOut, people: number): void {
    if (people > 0) this.#fallOut[reason] = (this.#fallOut[reason] ?? 0) + people;
  }

  send(later: boolean): void {
    this.#sendable++;
    if (later) this.#later++;
  }

  report(): Pick<BroadcastReport, 'sendable' | 'later' | 'fallOut'> {
    return { sendable: this.#sendable, later: this.#later, fallOut: { ...this.#fallOut } };
  }

  counts(): { [name: string]: number } {
    return { sendable: this.#sendable, later: this.#later, ...this.#fallOut };
  }
}
