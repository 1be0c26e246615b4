import type { Command } from 'commander';
import { audited } from '#domain/audits';
import type { Deps } from '#domain/deps';
import type { PaymentRowName } from '#domain/payment-table';
import { type ConfirmOutcome, confirmUpi, paymentQueue, type QueuedPayment, readUpiReference } from '#domain/payments';
import { formatMoney } from '#lib/money';
import { UsageError } from './cli-error.ts';
import { type CliContext, HOME_MARKET, operatorName, refused } from './context.ts';
import { readAmount } from './read-amount.ts';
import { readInstant, showInstant } from './read-instant.ts';
import { whichOrder } from './which-order.ts';

interface Json {
  readonly json?: boolean;
}

/** UPI, the only way to pay that a person confirms, is India's. */
const UPI = { currency: 'INR', market: 'IN' } as const;

/** Adds `toli pay queue|confirm`. */
export function registerPayCommands(program: Command, context: CliContext): void {
  const pay = program.command('pay').description('money that waits for a person');
  addQueue(pay, context);
  addConfirm(pay, context);
}

function addQueue(pay: Command, context: CliContext): void {
  pay
    .command('queue')
    .description('list what waits for a person, oldest first: sent references, unknown money, wrong amounts, refunds')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli pay queue\n')
    .action(async (options: Json) => {
      const { rows, zone } = await context.withDeps(async (deps) => {
        return { rows: await paymentQueue(deps), zone: deps.rulesOf(HOME_MARKET).zone };
      });
      const lines = rows.flatMap((row) => [queueLine(row, zone), `    ${whatToDo(row)}`]);
      context.print(rows, lines.length > 0 ? lines : ['Nothing waits.'], options);
    });
}

function queueLine(row: QueuedPayment, zone: string): string {
  const order = row.orderCode ? `order ${row.orderCode}` : 'no order';
  const by = row.refundBy ? `, promised by ${showInstant(row.refundBy, zone)}` : '';
  return `${row.queue.padEnd(16)} ${formatMoney(row.amount, row.currency)}  ${row.provider} ${row.reference}  ${order}  since ${showInstant(row.since, zone)}${by}`;
}

function whatToDo({ queue, reference, orderCode, refundId }: QueuedPayment): string {
  switch (queue) {
    case 'claim':
      return `in the account? toli pay confirm ${reference} AMOUNT --paid-at "YYYY-MM-DD HH:MM"`;
    case 'refund-manual':
    case 'refund-failed':
      return refundId
        ? `paid back by hand? toli refund done ${refundId} --reference REFERENCE`
        : 'see "toli refund list"';
    case 'suspense':
      return 'nobody named an order for this money; find out whose it is';
    case 'amount-mismatch':
      return `not what order ${orderCode ?? ''} asked for; it goes back whole`;
    case 'chargeback':
      return 'the bank took this money back; the reward is void';
    default:
      return queue satisfies never;
  }
}

interface ConfirmFlags extends Json {
  readonly paidAt: string;
  readonly order?: string;
}

function addConfirm(pay: Command, context: CliContext): void {
  pay
    .command('confirm')
    .description('record UPI money you have seen in the account')
    .argument('<reference>', "the bank's 12 digits, or the code of the order when one reference was sent for it")
    .argument('<amount>', 'what arrived, such as 99 or 99.50')
    .requiredOption(
      '--paid-at <time>',
      'the bank\'s own time, such as "2026-11-22 14:05": it decides whether it was in time',
    )
    .option('--order <code>', 'the order it is for, when nobody sent this reference')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExample:\n  toli pay confirm 412345678901 219 --paid-at "2026-11-22 14:05"\n')
    .action(async (what: string, amount: string, flags: ConfirmFlags) => {
      const outcome = await context.withDeps((deps) => confirm(deps, what, amount, flags));
      if (outcome.kind === 'unknown' || outcome.kind === 'ambiguous') refused();
      context.print(outcome, [confirmLine(outcome)], flags);
    });
}

async function confirm(deps: Deps, what: string, typed: string, flags: ConfirmFlags): Promise<ConfirmOutcome> {
  const reference = readUpiReference(what);
  if (!reference && flags.order) throw new UsageError(`"${what}" is not a UPI reference. A bank's has 12 digits.`);
  const order = flags.order || !reference ? await whichOrder(flags.order ?? what) : null;
  const currency = order?.currency ?? UPI.currency;
  const amount = readAmount(typed, currency);
  const paidAt = paidAtOf(deps, order?.market ?? UPI.market, flags.paidAt);
  const actor = operatorName();
  const target = reference ? `upi:${reference}` : (order?._id ?? '');
  const act = { actor, verb: 'pay confirm', target, before: { amount, currency, paidAt } };
  const seen = { ...(order ? { orderId: order._id } : {}), ...(reference ? { reference } : {}), amount, paidAt, actor };
  return audited(
    deps,
    act,
    () => confirmUpi(deps, seen),
    ({ kind }) => kind === 'recorded' || kind === 'repeated',
  );
}

function paidAtOf(deps: Deps, market: string, text: string): Date {
  const now = deps.clock.now();
  const paidAt = readInstant(text, deps.rulesOf(market).zone, now);
  if (paidAt > now) throw new UsageError(`"${text}" has not been yet. Give the bank's own time of the payment.`);
  return paidAt;
}

const ROW_LINES: { readonly [row in PaymentRowName]?: string } = {
  'paid-in-time': 'Booked: the seat is paid.',
  'paid-in-grace': 'Booked: the seat is paid, in time by its date.',
  'seated-again': 'Booked: her seat was given back meanwhile; she has one again.',
  'full-and-leads': 'Booked: the team was full, so she leads a new one, as she asked.',
  full: 'Booked: the team was full; the money goes back.',
  expired: 'Booked: the team has ended without success; the money goes back.',
  cancelled: 'Booked: the team was cancelled; the money goes back.',
  'dated-after-the-clock': 'Booked: it was paid after the clock of the team; the money goes back.',
  'wrong-amount': 'Booked: it is not what the order asks for; the money goes back whole.',
  'another-payment': 'Booked: the order was paid before; this money goes back.',
  'unknown-order': 'Booked as unknown money: nobody named an order for it. It stays in the queue.',
};

function confirmLine(outcome: ConfirmOutcome): string {
  switch (outcome.kind) {
    case 'recorded':
      return ROW_LINES[outcome.row as PaymentRowName] ?? `Booked (${outcome.row}).`;
    case 'repeated':
      return 'This reference was booked before; nothing was changed.';
    case 'unknown':
      return 'No reference was sent for this order. Give the reference, with --order for the order.';
    case 'ambiguous':
      return 'Several references were sent for this order. Name the one you see in the account.';
    default:
      return outcome satisfies never;
  }
}
