import { recordPaymentEvent as recordWithout } from '#domain/payment-record';
import { recordPaymentEvent } from '#domain/payments';
import type { TeamCondition } from '#domain/team-conditions';
import { joinTeam } from '#domain/team-join';
import type { JoinRequest } from '#domain/teams';
import { connectMongo } from '#lib/mongo';
import type { PaymentEvent } from '#ports/payment';
import { testMarket } from '#test/support/market';
import { wrapWrites } from './write-faults.ts';

/** Is what a racer is told to do the moment everyone is told. */
export type Race =
  | { readonly kind: 'join'; readonly requests: readonly JoinRequest[]; readonly leftOut?: TeamCondition }
  | { readonly kind: 'pay'; readonly events: readonly PaymentEvent[]; readonly leftOut?: TeamCondition }
  | { readonly kind: 'join-stopping'; readonly request: JoinRequest; readonly before: number };

const say = (message: object) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));
const faults = wrapWrites();
const { deps } = testMarket();

await connectMongo(process.argv[2] ?? '', { poolSize: 8 });
process.on('message', (race: Race) => {
  run(race).then(
    (outcomes) => say({ outcomes }),
    (error: unknown) => say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
await say({ ready: true });

async function run(race: Race): Promise<unknown[]> {
  switch (race.kind) {
    case 'join':
      return Promise.all(race.requests.map((request) => joinTeam(deps, request, race.leftOut)));
    case 'pay':
      return Promise.all(
        race.events.map((event) => {
          const dated = { ...event, paidAt: new Date(event.paidAt) };
          return race.leftOut ? recordWithout(deps, dated, race.leftOut) : recordPaymentEvent(deps, dated);
        }),
      );
    case 'join-stopping':
      return [await joinStopping(race.request, race.before)];
    default:
      return race satisfies never;
  }
}

/** Joins, but stops this very process before its n-th write, until somebody continues it. */
async function joinStopping(request: JoinRequest, before: number): Promise<unknown> {
  faults.arm(Number.POSITIVE_INFINITY, 'before');
  let stopped = false;
  faults.pauseBefore(async (write) => {
    if (stopped || write !== before) return;
    stopped = true;
    await say({ stopping: true });
    process.kill(process.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 1));
  });
  const outcome = await joinTeam(deps, request);
  faults.pauseBefore(async () => undefined);
  return { outcome, stopped, writes: faults.count() };
}
