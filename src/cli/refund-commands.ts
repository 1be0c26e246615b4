import type { Command } from 'commander';
import { audited } from '#domain/audits';
import type { Deps } from '#domain/deps';
import { paymentQueue, type QueuedPayment } from '#domain/payments';
import { markRefundDone, type RefundMark } from '#domain/refunds';
import { formatMoney } from '#lib/money';
import { RefusedError, UsageError } from './cli-error.ts';
import { type CliContext, HOME_MARKET, operatorName, refused } from './context.ts';
import { showInstant } from './read-instant.ts';

interface Json {
  readonly json?: boolean;
}

/** Adds `toli refund list|done`. */
export function registerRefundCommands(program: Command, context: CliContext): void {
  const refund = program.command('refund').description('money that you have to send back by hand');
  addList(refund, context);
  addDone(refund, context);
}

function addList(refund: Command, context: CliContext): void {
  refund
    .command('list')
    .description('list refunds that wait for your transfer, oldest first, each with the day it was promised by')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli refund list\n')
    .action(async (options: Json) => {
      const { rows, now, zone } = await context.withDeps(async (deps) => {
        return { rows: await waitingRefunds(deps), now: deps.clock.now(), zone: deps.rulesOf(HOME_MARKET).zone };
      });
      const lines = rows.map((row) => refundLine(row, zone, now));
      context.print(rows, lines.length > 0 ? lines : ['No refund waits for you.'], options);
    });
}

function refundLine(row: QueuedPayment & { refundId: string }, zone: string, now: Date): string {
  const by = row.refundBy ? `${row.refundBy < now ? 'LATE, ' : ''}by ${showInstant(row.refundBy, zone)}` : '';
  const failed = row.queue === 'refund-failed' ? 'failed before' : '';
  const order = row.orderCode ? `order ${row.orderCode}` : '';
  return [row.refundId, formatMoney(row.amount, row.currency), order, by, failed].filter(Boolean).join('  ');
}

async function waitingRefunds(deps: Deps) {
  return (await paymentQueue(deps)).flatMap((row) => (row.refundId ? [{ ...row, refundId: row.refundId }] : []));
}

function addDone(refund: Command, context: CliContext): void {
  refund
    .command('done')
    .description('book a refund that you have transferred')
    .argument('<refund>', 'its id, as shown by "toli refund list", or the code of its order')
    .requiredOption('--reference <text>', "the bank's reference of your transfer")
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExample:\n  toli refund done K7PM2QX --reference 512345678901\n')
    .action(async (which: string, options: Json & { reference: string }) => {
      const reference = options.reference.trim();
      if (!reference) throw new UsageError("Give the bank's reference of your transfer.");
      const actor = operatorName();
      const outcome = await context.withDeps(async (deps) => {
        const refundId = await whichRefund(deps, which);
        const act = { actor, verb: 'refund done', target: refundId, before: { reference } };
        return audited(
          deps,
          act,
          () => markRefundDone(deps, { refundId, reference, actor }),
          ({ kind }) => kind === 'done',
        );
      });
      if (outcome.kind !== 'done') refused();
      context.print(outcome, [doneLine(outcome)], options);
    });
}

async function whichRefund(deps: Deps, text: string): Promise<string> {
  const words = text.trim();
  if (words.startsWith('refund:')) return words;
  const ids = (await waitingRefunds(deps))
    .filter(({ orderCode, orderId }) => orderCode === words.toUpperCase() || orderId === words)
    .map(({ refundId }) => refundId);
  const [only, other] = ids;
  if (only && !other) return only;
  if (only) throw new RefusedError(`Several refunds of this order wait. Name one of: ${ids.join(', ')}.`);
  throw new RefusedError(`No refund of "${text}" waits for you. See "toli refund list".`);
}

function doneLine(outcome: RefundMark): string {
  switch (outcome.kind) {
    case 'done':
      return 'Booked; the customer is told.';
    case 'already-done':
      return `Refused: it was booked before, with the reference ${outcome.reference}.`;
    case 'with-provider':
      return 'Refused: the provider is being asked for it. Only when it fails is it paid by hand.';
    case 'unknown':
      return 'Refused: there is no such refund. See "toli refund list".';
    default:
      return outcome satisfies never;
  }
}
