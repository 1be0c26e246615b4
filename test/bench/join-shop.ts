import mongoose from 'mongoose';
import { addDeal, dealById } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { recordPaymentEvent } from '#domain/payments';
import { marketRules } from '#domain/rules';
import { type JoinOutcome, joinTeam, openTeamsOf, type Reserved, startTeam } from '#domain/teams';
import { systemClock } from '#lib/clock';
import { createLogger } from '#lib/logger';
import { buildIndexes } from '#lib/mongo';
import { secureRandom } from '#lib/random';
import { Product } from '#models/product';
import { Team } from '#models/team';
import { simulatedPayments } from '#payments/simulated';
import '#main/all-models';

/** Is what the shop saw: durations in ms and whether every full team has exactly its seats. */
export interface JoinReport {
  readonly claims: number[];
  readonly joins: number[];
  readonly pays: number[];
  readonly succeeded: number;
  readonly seats: number;
  readonly refused: number;
  readonly errors: number;
  readonly problems: string[];
}

const SIZE = 3;
const PRICE = 9_900;
/** Shoppers come by different people's links, so they do not all run for the same team. */
const LINKS = 10;
/** A shopper who loses a seat starts a team of her own; should that fail too, she goes. */
const MOST_WAYS = 2;

const clock = systemClock();
const deps: Deps = {
  clock,
  random: secureRandom,
  secrets: { pepper: Buffer.alloc(32, 1), key: Buffer.alloc(32, 2) },
  log: createLogger('error'),
  rulesOf: marketRules(),
  payments: new Map([['simulated', simulatedPayments({ publicUrl: 'http://localhost', now: () => clock.now() })]]),
  publicUrl: 'http://localhost',
  botNumber: '910000000000',
};
const claims: number[] = [];
const joins: number[] = [];
const pays: number[] = [];
let refused = 0;
let errors = 0;

await mongoose.connect(process.argv[2] ?? '', {
  writeConcern: { w: 'majority', journal: true },
  readConcern: { level: 'majority' },
  maxPoolSize: 32,
  monitorCommands: true,
});
watchClaims();
await buildIndexes();
const dealId = await openDeal();
process.on('message', (message: { shopper?: number; report?: boolean }) => {
  if (message.shopper !== undefined) void serve(message.shopper);
  if (message.report) void report().then((answer) => process.send?.({ report: answer }));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });

/** Times the one write that takes a seat, as the driver saw it. */
function watchClaims(): void {
  const taking = new Set<number>();
  const client = mongoose.connection.getClient();
  client.on('commandStarted', ({ requestId, commandName, command }) => {
    if (commandName === 'insert' && command['insert'] === 'teams') taking.add(requestId);
    const update = commandName === 'update' && command['update'] === 'teams' ? command['updates'][0]?.u : undefined;
    if (update?.$push?.seats) taking.add(requestId);
  });
  client.on('commandSucceeded', ({ requestId, duration }) => {
    if (taking.delete(requestId)) claims.push(duration);
  });
}

async function openDeal(): Promise<string> {
  const now = clock.now();
  await Product.create({
    _id: 'hot',
    names: { en: 'Hot potatoes' },
    category: 'groceries',
    artwork: 'potato',
    soloPrice: 14_000,
    currency: 'INR',
    market: 'IN',
    source: 'seed',
    createdAt: now,
  });
  const endsAt = new Date(now.getTime() + 7 * 24 * 3600_000);
  const deal = await addDeal(deps, { productId: 'hot', size: SIZE, teamPrice: PRICE, endsAt, stock: 10_000_000 });
  return (await dealById(deps, deal._id))?.deal._id ?? deal._id;
}

async function serve(shopper: number): Promise<void> {
  try {
    const seat = await timed(joins, () => takeSeat(shopper));
    if (seat) await timed(pays, () => pay(seat));
    else refused += 1;
  } catch (error) {
    errors += 1;
    deps.log.error({ error }, 'a shopper was not served');
  }
  process.send?.({ served: shopper });
}

async function takeSeat(shopper: number): Promise<Reserved | null> {
  const base = {
    customerId: `p${shopper}`,
    units: 1,
    method: 'simulated',
    spill: 'refund',
    expectPrice: PRICE,
  } as const;
  for (let way = 0; way < MOST_WAYS; way++) {
    const commandId = `${shopper}-${way}`;
    const some = way === 0 ? await openTeamsOf(deps, dealId, { limit: LINKS }) : [];
    const open = some[Math.floor(deps.random.unit() * some.length)];
    const outcome: JoinOutcome = open
      ? await joinTeam(deps, { ...base, commandId, teamId: open.team._id })
      : await startTeam(deps, { ...base, commandId, dealId, kind: 'team' });
    if (outcome.kind === 'reserved') return outcome;
    if (outcome.kind !== 'full' && outcome.kind !== 'closed') return null;
  }
  return null;
}

async function pay(seat: Reserved): Promise<void> {
  const { orderId, due: amount, currency } = seat;
  const event = { provider: 'simulated', eventId: `e-${orderId}`, paymentId: `p-${orderId}`, kind: 'paid' } as const;
  await recordPaymentEvent(deps, { ...event, orderId, amount, currency, paidAt: clock.now() });
}

async function timed<Result>(into: number[], work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  into.push(performance.now() - start);
  return result;
}

async function report(): Promise<JoinReport> {
  const teams = await Team.find({ state: 'succeeded' }, { seats: 1, size: 1 }).lean();
  const problems = teams
    .filter((team) => team.seats.length !== SIZE || team.seats.some((seat) => seat.state !== 'confirmed'))
    .map((team) => `team ${team._id} has ${team.seats.length} seats of ${team.size}`);
  const seats = teams.reduce((sum, team) => sum + team.seats.length, 0);
  return { claims, joins, pays, succeeded: teams.length, seats, refused, errors, problems };
}
