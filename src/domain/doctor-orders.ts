import { nativeCollection } from '#lib/mongo';
import { Order, type OrderDoc } from '#models/order';
import { Outbox } from '#models/outbox';
import { Refund } from '#models/refund';
import { Team, type TeamDoc } from '#models/team';
import type { Check } from './doctor-check.ts';
import { eachTeam, SETTLED, walkTeams } from './doctor-walk.ts';
import { ORDER_OF_SEAT } from './order-row.ts';
import { seatOfOrder } from './team-store.ts';

const AT_ONCE = 500;

/** Checks that orders and notices say what their teams came to. */
export const orderChecks: readonly Check[] = [
  {
    id: 'I4',
    what: 'an order that was confirmed belongs to a team that succeeded',
    find: () => walkOrders({ confirmedAt: { $exists: true } }, lostConfirmed),
  },
  {
    id: 'I4-full',
    what: 'a team that succeeded has as many members as its size, unless it closed on a ladder',
    find: () =>
      eachTeam({ state: 'succeeded' }, ({ size, seats, ladder }) =>
        ladder.length > 0 || seats.length === size ? null : `succeeded with ${seats.length} of ${size} members`,
      ),
  },
  {
    id: 'I4-orders',
    what: 'every order says what its seat says',
    find: () => walkOrders({}, unlikeSeat),
  },
  {
    id: 'I5',
    what: 'everybody who was in a team has exactly one notice of what became of it',
    find: () => walkTeams({ state: { $in: ['succeeded', 'expired', 'cancelled'] }, ...SETTLED }, untold),
  },
];

type TeamOf = ReadonlyMap<string, TeamDoc>;

/** Looks at the orders made in chats in batches, each with the teams it names. */
async function walkOrders(filter: object, look: (orders: OrderDoc[], teamOf: TeamOf) => Promise<string[]> | string[]) {
  const found: string[] = [];
  let batch: OrderDoc[] = [];
  const finish = async () => {
    const ids = [...new Set(batch.flatMap(({ teamId }) => teamId ?? []))];
    const teams =
      ids.length > 0
        ? await nativeCollection(Team)
            .find({ _id: { $in: ids } })
            .toArray()
        : [];
    found.push(...(await look(batch, new Map(teams.map((team) => [team._id, team as TeamDoc])))));
    batch = [];
  };
  for await (const order of nativeCollection(Order).find({ ...filter, source: 'chat' })) {
    if (batch.push(order as OrderDoc) >= AT_ONCE) await finish();
  }
  await finish();
  return found;
}

function lostConfirmed(orders: readonly OrderDoc[], teamOf: TeamOf): string[] {
  return orders.flatMap(({ _id, teamId }) => {
    const state = teamOf.get(teamId ?? '')?.state;
    return state === 'succeeded' ? [] : [`order ${_id} was confirmed, its team ${teamId} is ${state ?? 'not there'}`];
  });
}

/** Leaves out what is still being derived: teams with events, refunds whose last change is not settled. */
async function unlikeSeat(orders: readonly OrderDoc[], teamOf: TeamOf): Promise<string[]> {
  const unlike = orders.flatMap(({ _id, state, teamId }) => {
    const team = teamOf.get(teamId ?? '');
    if (team && team.events.length > 0) return [];
    const seat = team ? seatOfOrder(team, _id) : null;
    if (!seat) return [{ _id, problem: `order ${_id} is ${state} and has no seat in team ${teamId}` }];
    if (ORDER_OF_SEAT[seat.state] === state) return [];
    return [{ _id, problem: `order ${_id} is ${state}, its seat is ${seat.state}` }];
  });
  const ids = unlike.map(({ _id }) => _id);
  const moving = await Refund.distinct('orderId', { orderId: { $in: ids }, settled: false });
  return unlike.filter(({ _id }) => !moving.includes(_id)).map(({ problem }) => problem);
}

/** Names the notice each member must have; a seat that never counted in a team that expired has another one. */
function owedNotices({ _id, state, size, seats }: TeamDoc): string[] {
  const what = state === 'succeeded' ? (size === 1 ? 'solo-bought' : 'team-succeeded') : `team-${state}`;
  const owed = state === 'expired' ? seats.filter((seat) => seat.countedAt) : seats;
  return owed.map(({ customerId }) => `notice:${what}:${_id}:${state}:${customerId}`);
}

async function untold(teams: readonly TeamDoc[]): Promise<string[]> {
  const owed = teams.flatMap(owedNotices);
  const rows = await Outbox.find({ _id: { $in: owed } }, { _id: 1 }).lean();
  const queued = new Set(rows.map(({ _id }) => _id));
  return owed.filter((key) => !queued.has(key)).map((key) => `${key} was never queued`);
}
