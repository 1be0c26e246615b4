import { recordPaymentEvent } from '#domain/payments';
import { agreeCod, type JoinOutcome, joinTeam, type Reserved, type SeatRequest, startTeam } from '#domain/teams';
import type { DealDoc } from '#models/deal';
import type { PaymentEvent } from '#ports/payment';
import { type Market, paid } from './market.ts';

let commands = 0;

/** Lets people shop by the domain's own functions; what they ask for must be granted. */
export function shopping(market: Market) {
  const { deps } = market;
  const request = (customerId: string, deal: DealDoc, change: Partial<SeatRequest>) => {
    commands += 1;
    const shared = { units: 1, method: 'simulated', spill: 'refund', expectPrice: deal.teamPrice } as const;
    return { ...shared, commandId: `shopping-${commands}`, customerId, ...change };
  };
  const start = async (who: string, deal: DealDoc, change: Partial<SeatRequest> = {}) =>
    granted(await startTeam(deps, { ...request(who, deal, change), dealId: deal._id, kind: 'team' }));
  const buyAlone = async (who: string, deal: DealDoc) =>
    granted(
      await startTeam(deps, {
        ...request(who, deal, { expectPrice: deal.soloPrice }),
        dealId: deal._id,
        kind: 'solo',
      }),
    );
  const join = async (who: string, team: Reserved, deal: DealDoc, change: Partial<SeatRequest> = {}) =>
    granted(await joinTeam(deps, { ...request(who, deal, change), teamId: team.teamId }));
  const pay = (seat: Pick<Reserved, 'orderId' | 'due' | 'currency'>, change: Partial<PaymentEvent> = {}) =>
    recordPaymentEvent(deps, paid(market, seat, change));
  const agree = (seat: Reserved) => {
    commands += 1;
    return agreeCod(deps, { commandId: `shopping-${commands}`, orderId: seat.orderId });
  };
  /** The first leads, the others join, all pay. */
  const buyTogether = async (deal: DealDoc, people: readonly string[]): Promise<Reserved[]> => {
    const seats: Reserved[] = [];
    for (const who of people) {
      const seat = seats[0] ? await join(who, seats[0], deal) : await start(who, deal);
      await pay(seat);
      seats.push(seat);
    }
    return seats;
  };
  return { start, buyAlone, join, pay, agree, buyTogether };
}

function granted(outcome: JoinOutcome): Reserved {
  if (outcome.kind !== 'reserved') throw new Error(`expected a seat, got ${JSON.stringify(outcome)}`);
  return outcome;
}
