import { expect, it } from 'vitest';
import { decideByTable, PAYMENT_TABLE, type PaymentFacts, type PaymentRowName } from '#domain/payment-table';

const HONEST: PaymentFacts = {
  event: 'paid',
  repeated: false,
  seat: 'reserved',
  team: 'open',
  cod: false,
  amountRight: true,
  clock: 'running',
  inTime: true,
  seatFree: true,
  spill: 'refund',
  thirdParty: false,
};

/** Gives every row a case of its own; a row without one does not compile. */
const CASES: { readonly [row in PaymentRowName]: Partial<PaymentFacts> } = {
  'already-recorded': { repeated: true, seat: 'paid' },
  'unknown-order': { seat: 'unknown', team: 'none' },
  'third-party': { thirdParty: true },
  'another-payment': { seat: 'confirmed', team: 'succeeded' },
  'wrong-amount': { amountRight: false },
  'paid-in-time': {},
  'seated-again': { seat: 'released' },
  'paid-in-grace': { clock: 'over' },
  'dated-after-the-clock': { clock: 'over', inTime: false },
  'full-and-leads': { seat: 'released', seatFree: false, spill: 'lead' },
  full: { seat: 'released', team: 'succeeded', seatFree: false },
  expired: { seat: 'released', team: 'abandoned' },
  cancelled: { seat: 'released', team: 'cancelled' },
  failed: { event: 'failed' },
  authorised: { event: 'authorised' },
  'capture-near': { event: 'capture-near', seat: 'authorised' },
  'refund-done': { event: 'refund-done', seat: 'refund-pending', team: 'expired' },
  'refund-failed': { event: 'refund-reversed', seat: 'refunded', team: 'expired' },
  chargeback: { event: 'chargeback', seat: 'confirmed', team: 'succeeded' },
  'cash-agreed': { event: 'agreed', cod: true },
  'nothing-to-do': { event: 'failed', seat: 'paid' },
};

it.each(PAYMENT_TABLE.map(({ name }) => name))('the row %s is reached by its case', (name) => {
  const { row, adding } = decideByTable({ ...HONEST, ...CASES[name] });
  expect([row.name, ...adding.map((one) => one.name)]).toContain(name);
});

it('a payment by somebody else is kept with its payer and decided like any other', () => {
  const { row, adding } = decideByTable({ ...HONEST, thirdParty: true });
  expect(adding.map((one) => one.name)).toEqual(['third-party']);
  expect(row.name).toBe('paid-in-time');
});

it('a wrong amount never buys a seat, whatever the team is', () => {
  for (const team of ['forming', 'open', 'succeeded', 'expired', 'cancelled', 'abandoned'] as const)
    expect(decideByTable({ ...HONEST, team, seat: 'released', amountRight: false }).row.name).toBe('wrong-amount');
});

it('money for a known seat always ends in the seat, in a refund or in a new team', () => {
  const seats = [
    'reserved',
    'claimed',
    'authorised',
    'agreed',
    'paid',
    'confirmed',
    'released',
    'refund-pending',
    'refunded',
    'refund-failed',
  ] as const;
  const teams = ['forming', 'open', 'succeeded', 'expired', 'cancelled', 'abandoned'] as const;
  const possible = (seat: (typeof seats)[number], team: (typeof teams)[number]) =>
    ['forming', 'open'].includes(team) || !['reserved', 'claimed', 'authorised'].includes(seat);
  for (const seat of seats)
    for (const team of teams.filter((one) => possible(seat, one)))
      for (const [clock, inTime, seatFree] of [
        ['running', true, true],
        ['running', true, false],
        ['over', true, true],
        ['over', true, false],
        ['over', false, true],
        ['over', false, false],
      ] as const)
        for (const spill of ['lead', 'refund', 'impossible'] as const) {
          if (team === 'forming' && seat === 'released') continue;
          const { row } = decideByTable({ ...HONEST, seat, team, clock, inTime, seatFree, spill });
          expect(['count', 'reseat', 'spill', 'refund'], `${seat} ${team} ${clock} ${seatFree}`).toContain(
            row.result.do,
          );
        }
});
