import type { Command } from 'commander';
import { KNOWN_CHANNELS, readPhone } from '#domain/addresses';
import { audited } from '#domain/audits';
import { exportData } from '#domain/data-export';
import { askErasure } from '#domain/erasure';
import { type LinkOutcome, linkImport } from '#domain/linked-imports';
import { newId } from '#lib/random';
import { UsageError } from './cli-error.ts';
import { type CliContext, operatorName, refused } from './context.ts';
import { whichCustomer } from './which-customer.ts';

interface Json {
  readonly json?: boolean;
}

/** Adds `toli customers link|show|export|erase`. */
export function registerCustomerCommands(program: Command, context: CliContext): void {
  const customers = program.command('customers').description('look at, link, export and erase customers');
  addLink(customers, context);
  addShow(customers, context);
  addExport(customers, context);
  addErase(customers, context);
}

function addLink(customers: Command, context: CliContext): void {
  customers
    .command('link')
    .description('give an imported customer a phone number, so that she is known when she writes')
    .argument('<import-id>', "the shop's id of the customer, such as online-retail:17850 or 17850")
    .argument('<phone>', 'her number, such as +447700900123')
    .option('--channel <name>', `where she writes: ${KNOWN_CHANNELS.join(', ')}`, 'simulator')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExample:\n  toli customers link online-retail:17850 +447700900123\n')
    .action(async (importId: string, phone: string, options: Json & { channel: string }) => {
      const address = readPhone(phone);
      if (!address) throw new UsageError(`"${phone}" is not a phone number. Write it with its country: +447700900123.`);
      if (!KNOWN_CHANNELS.some((name) => name === options.channel))
        throw new UsageError(`There is no channel "${options.channel}". Channels: ${KNOWN_CHANNELS.join(', ')}.`);
      const act = { actor: operatorName(), verb: 'customers link', target: importId };
      const isOk = ({ kind }: LinkOutcome) => kind === 'linked' || kind === 'already';
      const outcome = await context.withDeps((deps) =>
        audited(deps, act, () => linkImport(deps, { importId, channel: options.channel, address }), isOk),
      );
      if (!isOk(outcome)) refused();
      context.print(outcome, [linkLine(outcome)], options);
    });
}

function linkLine(outcome: LinkOutcome): string {
  switch (outcome.kind) {
    case 'linked':
      return `${outcome.customerId} is reached at ${outcome.mask} now. Consent is asked when she first writes.`;
    case 'already':
      return `${outcome.customerId} had ${outcome.mask} already; nothing changed.`;
    case 'unknown-import':
      return `No imported customer has the id "${outcome.importId}". Run "toli import" first, or check the id.`;
    case 'ambiguous':
      return `Several imports have this id. Name one of: ${outcome.importIds.join(', ')}.`;
    case 'erased':
      return 'This customer asked to be forgotten; she is not linked to a number again.';
    case 'belongs-to-other':
      return `The number belongs to ${outcome.customerId}, who ${WHY_KEPT[outcome.reason]}. Nothing was changed.`;
    default:
      return outcome satisfies never;
  }
}

const WHY_KEPT = {
  'has-orders': 'has orders of her own',
  'has-rewards': 'has rewards of her own',
  imported: 'comes from an import herself',
} as const;

function addShow(customers: Command, context: CliContext): void {
  customers
    .command('show')
    .description('show one customer; addresses are masked')
    .argument('<who>', 'a phone number, a customer id or an import id')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli customers show online-retail:17850\n')
    .action(async (who: string, options: Json) => {
      const found = await context.withDeps((deps) => whichCustomer(deps, who));
      const { addresses, payoutKeys: _keys, ...rest } = found;
      const shown = { ...rest, addresses: addresses.map(({ channel, mask }) => `${channel} ${mask}`) };
      const lines = Object.entries(shown).map(
        ([field, value]) => `${field.padEnd(16)} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      context.print(shown, lines, options);
    });
}

function addExport(customers: Command, context: CliContext): void {
  customers
    .command('export')
    .description('print everything that is kept about one customer, as JSON')
    .argument('<who>', 'a phone number, a customer id or an import id')
    .option('--json', 'print as JSON (always)')
    .addHelpText('after', '\nExample:\n  toli customers export +919876543210 > her-data.json\n')
    .action(async (who: string) => {
      const act = { actor: operatorName(), verb: 'customers export', target: '' };
      const data = await context.withDeps(async (deps) => {
        const { _id } = await whichCustomer(deps, who);
        const data = await exportData(deps, _id);
        await audited(deps, { ...act, target: _id }, async () => ({ orders: data?.orders.length ?? 0 }));
        return data;
      });
      context.print(data, [], { json: true });
    });
}

function addErase(customers: Command, context: CliContext): void {
  customers
    .command('erase')
    .description('forget a customer: at once when nothing is open, otherwise when it is settled')
    .argument('<who>', 'a phone number, a customer id or an import id')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli customers erase c_7kq2m9xw\n')
    .action(async (who: string, options: Json) => {
      const answer = await context.withDeps(async (deps) => {
        const { _id } = await whichCustomer(deps, who);
        const act = { actor: operatorName(), verb: 'customers erase', target: _id };
        return audited(deps, act, () => askErasure(deps, { customerId: _id, inboxId: newId('operator', deps.random) }));
      });
      const lines =
        answer.kind === 'when-settled'
          ? [
              `Will be erased when this is settled${answer.date ? ` (${answer.date.toISOString()})` : ''}:`,
              ...answer.waitsFor.map(
                (matter) =>
                  `  ${matter.what} ${matter.orderCode ?? ''} ${matter.amount} ${matter.currency} (minor units)`,
              ),
            ]
          : [
              answer.kind === 'soon'
                ? 'Will be erased within two hours, once her last message has left.'
                : 'Is erased already.',
            ];
      context.print(answer, lines, options);
    });
}
