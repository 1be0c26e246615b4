import { type Command, Option } from 'commander';
import { audited } from '#domain/audits';
import { decideFlag } from '#domain/flag-decisions';
import { listFlags } from '#domain/flags';
import { type PayoutOutcome, payReward } from '#domain/reward-payouts';
import { rewardsOf } from '#domain/rewards';
import { formatMoney } from '#lib/money';
import { type CliContext, operatorName, refused } from './context.ts';
import { readAmount } from './read-amount.ts';
import { whichCustomer } from './which-customer.ts';

interface Json {
  readonly json?: boolean;
}

/** Adds `toli reward pay|list|flags|decide`. */
export function registerRewardCommands(program: Command, context: CliContext): void {
  const reward = program.command('reward').description('pay rewards out, see why they wait, decide flags');
  addPay(reward, context);
  addList(reward, context);
  addFlags(reward, context);
  addDecide(reward, context);
}

function addPay(reward: Command, context: CliContext): void {
  reward
    .command('pay')
    .description('book a payout of reward credit that was made by hand')
    .argument('<who>', 'a phone number or a customer id')
    .argument('<amount>', "in the money of the customer's market, such as 50 or 49.50")
    .requiredOption('--reference <text>', "the bank's reference of the transfer; works once")
    .option('--pay-to <account>', 'the account it went to; kept only as a key, to notice shared accounts')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExample:\n  toli reward pay +919876543210 50 --reference UPI412345678901\n')
    .action(async (who: string, text: string, options: Json & { reference: string; payTo?: string }) => {
      const outcome = await context.withDeps(async (deps) => {
        const customer = await whichCustomer(deps, who);
        const amount = readAmount(text, deps.rulesOf(customer.market).currency);
        const actor = operatorName();
        const { reference, payTo } = options;
        const payout = { customerId: customer._id, amount, reference, actor, ...(payTo ? { payTo } : {}) };
        const act = { actor, verb: 'reward pay', target: customer._id, before: { amount, reference } };
        return audited(
          deps,
          act,
          () => payReward(deps, payout),
          ({ kind }) => kind === 'paid',
        );
      });
      if (outcome.kind !== 'paid') refused();
      context.print(outcome, [payLine(outcome)], options);
    });
}

function payLine(outcome: PayoutOutcome): string {
  switch (outcome.kind) {
    case 'paid':
      return `Booked ${formatMoney(outcome.amount, outcome.currency)}; ${formatMoney(outcome.left, outcome.currency)} credit is left.`;
    case 'short':
      return `Refused: only ${formatMoney(outcome.available, outcome.currency)} credit is available.`;
    case 'used':
      return `Refused: the reference ${outcome.reference} was booked before with another customer or amount.`;
    case 'held':
      return `Refused: somebody has to decide first (${outcome.reasons.join(', ')}). See "toli reward flags".`;
    case 'bad-amount':
      return 'Refused: the amount must be more than nothing.';
    case 'unknown':
      return 'Refused: there is no such customer.';
    default:
      return outcome satisfies never;
  }
}

function addList(reward: Command, context: CliContext): void {
  reward
    .command('list')
    .description("list a customer's rewards, each with what it waits for")
    .argument('<who>', 'a phone number or a customer id')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli reward list +919876543210\n')
    .action(async (who: string, options: Json) => {
      const rewards = await context.withDeps(async (deps) => rewardsOf(deps, (await whichCustomer(deps, who))._id));
      const lines = rewards.map((row) => {
        const waits = row.unmet.map(
          ({ condition, done, date }) =>
            `${done ? '✓' : '…'} ${condition}${date ? ` ${date.toISOString().slice(0, 10)}` : ''}`,
        );
        return [formatMoney(row.amount, row.currency), row.side, row.friendMask, row.state, row.reason, ...waits]
          .filter(Boolean)
          .join('  ');
      });
      context.print(rewards, lines.length > 0 ? lines : ['No rewards.'], options);
    });
}

function addFlags(reward: Command, context: CliContext): void {
  reward
    .command('flags')
    .description('list referrals somebody should look at, with the evidence')
    .addOption(new Option('--state <state>', 'which flags').choices(['open', 'dismissed', 'upheld']).default('open'))
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli reward flags\n')
    .action(async (options: Json & { state: 'open' | 'dismissed' | 'upheld' }) => {
      const flags = await context.withDeps(() => listFlags(options.state));
      const lines = flags.map(
        (flag) =>
          `${flag._id}  ${flag.reason}${flag.hold ? ' (holds rewards)' : ''}  ${flag.people.join(' ')}  ${JSON.stringify(flag.evidence)}`,
      );
      context.print(flags, lines.length > 0 ? lines : [`No ${options.state} flags.`], options);
    });
}

function addDecide(reward: Command, context: CliContext): void {
  reward
    .command('decide')
    .description('decide a flag: uphold it (the rewards between its people are void) or dismiss it')
    .argument('<flag>', 'the id shown by "toli reward flags"')
    .addOption(new Option('--as <decision>', 'what you decide').choices(['uphold', 'dismiss']).makeOptionMandatory())
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli reward decide flag_7kq2m9xw --as dismiss\n')
    .action(async (flagId: string, options: Json & { as: 'uphold' | 'dismiss' }) => {
      const actor = operatorName();
      const act = { actor, verb: `reward decide ${options.as}`, target: flagId };
      const outcome = await context.withDeps((deps) =>
        audited(
          deps,
          act,
          () => decideFlag(deps, { flagId, uphold: options.as === 'uphold', actor }),
          ({ kind }) => kind === 'decided',
        ),
      );
      if (outcome.kind !== 'decided') refused();
      const line = {
        decided: `Decided: ${options.as}${outcome.kind === 'decided' && outcome.voided > 0 ? `, ${outcome.voided} rewards void` : ''}.`,
        already: 'Somebody decided this flag before; nothing was changed.',
        unknown: 'There is no such flag.',
      }[outcome.kind];
      context.print(outcome, [line], options);
    });
}
