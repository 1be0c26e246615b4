import { expect, it } from 'vitest';
import '#main/all-models';
import { recordPaymentEvent } from '#domain/payments';
import { type JoinOutcome, joinTeam, type Reserved, startTeam } from '#domain/teams';
import { Outbox } from '#models/outbox';
import { Team } from '#models/team';
import { useDatabase } from '#test/support/database';
import { paid, someCustomer, someDeal, testMarket } from '#test/support/market';

useDatabase();

function seatOf(outcome: JoinOutcome): Reserved {
  if (outcome.kind !== 'reserved') throw new Error(outcome.kind);
  return outcome;
}

it('the last payment is told once, also when time passes between any two looks at the clock', async () => {
  const market = testMarket({ methods: ['simulated'] });
  const { deps, clock } = market;
  const still = clock.now;
  clock.now = () => {
    clock.advance(1);
    return still();
  };
  const deal = await someDeal(market, { size: 2 });
  for (const id of ['asha', 'bina']) await someCustomer(market, id);
  const wish = { units: 1, method: 'simulated' as const, spill: 'refund' as const, expectPrice: 9_900 };
  const lead = { ...wish, commandId: 'lead', customerId: 'asha', dealId: deal._id, kind: 'team' as const };
  const first = seatOf(await startTeam(deps, lead));
  await recordPaymentEvent(deps, paid(market, first));
  const join = { ...wish, commandId: 'join', customerId: 'bina', teamId: first.teamId };
  await recordPaymentEvent(deps, paid(market, seatOf(await joinTeam(deps, join))));
  const told = (await Outbox.find().sort({ _id: 1 }).lean()).map(
    ({ customerId, replies }) => `${customerId} ${(replies[0] as { copy: string }).copy}`,
  );
  expect(told.filter((one) => !one.includes('reward')).sort()).toEqual([
    'asha notice.team-opened',
    'asha notice.team-succeeded',
    'bina notice.team-succeeded',
  ]);
  const team = await Team.findById(first.teamId).lean();
  const confirmed = team?.seats.find(({ customerId }) => customerId === 'bina');
  expect(team?.endedAt).toEqual(confirmed?.countedAt);
});
