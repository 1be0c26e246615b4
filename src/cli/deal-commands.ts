import type { Command } from 'commander';
import { audited } from '#domain/audits';
import { addDeal, type DealView, dealById, listDeals, stopDeal } from '#domain/deals';
import type { Deps } from '#domain/deps';
import { addProduct } from '#domain/products';
import { formatMoney } from '#lib/money';
import { RefusedError, UsageError } from './cli-error.ts';
import { type CliContext, operatorName } from './context.ts';
import { type DealFlags, planDeal } from './deal-plan.ts';
import { readCount } from './read-count.ts';
import { showInstant } from './read-instant.ts';
import { whichDeal } from './which-deal.ts';

interface Json {
  readonly json?: boolean;
}

/** Adds `toli deal add|stop|list`. */
export function registerDealCommands(program: Command, context: CliContext): void {
  const deal = program.command('deal').description('offer deals, stop them, see how they stand');
  addAdd(deal, context);
  addStop(deal, context);
  addList(deal, context);
}

function addAdd(deal: Command, context: CliContext): void {
  deal
    .command('add')
    .description('offer a deal on a product, adding the product first when it is new')
    .option('--product <sku>', 'what is sold, by its SKU')
    .option('--name <name>', 'the name of a new product, in English')
    .option('--name-hi <name>', 'its name in Hindi')
    .option('--category <name>', 'the category of a new product; groceries have a shorter return window', 'home')
    .option('--artwork <motif>', 'the motif of its picture; one is found by its name unless told')
    .option('--market <code>', 'the market of a new product', 'IN')
    .requiredOption('--size <people>', 'how many people make a team', readCount(2, 50))
    .option('--team-price <amount>', 'the price of one in a team, such as 219 or 99.50')
    .option('--solo-price <amount>', "the price of one alone; the product's own unless told")
    .option('--ladder <rungs>', 'prices by members at the close instead of one team price, such as 2:1449,3:1349')
    .requiredOption('--stock <units>', 'how many units there are', readCount(1, 1_000_000))
    .option('--hours <hours>', 'how long a team may fill up; 24 unless told', readCount(1, 720))
    .option('--ends <when>', 'when the deal ends: 7d, 36h, 2026-11-30 or "2026-11-30 20:00"; 7d unless told')
    .option('--units <units>', 'most units of one seat; 1 unless told', readCount(1, 100))
    .option('--max <units>', 'most units of one customer; as many as of a seat unless told', readCount(1, 1000))
    .option('--pin <codes...>', 'only for these pin codes; for everybody unless told', readPin)
    .option('--cod', 'allow cash on delivery')
    .option('--new-customers', 'only for people who have never bought')
    .option('--json', 'print the deal as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  toli deal add --product tea --size 3 --team-price 229 --stock 60\n' +
        '  toli deal add --name "Steel bottle" --solo-price 499 --size 4 --team-price 379 --stock 80 --cod --ends 3d\n',
    )
    .action(async (flags: DealFlags & Json) => {
      const row = await context.withDeps((deps) => add(deps, flags));
      context.print(row, [`DEAL ${row.number} is on offer.`, ...linesOf(row)], flags);
    });
}

function readPin(text: string, before: readonly string[] | undefined): readonly string[] {
  const codes = text.split(',').map((code) => code.trim());
  if (codes.some((code) => !/^[A-Za-z0-9][A-Za-z0-9 -]{2,9}$/.test(code)))
    throw new UsageError(`"${text}" is not a pin code. Write 333001 or 333001,333011.`);
  return [...(before ?? []), ...codes];
}

async function add(deps: Deps, flags: DealFlags): Promise<DealRow> {
  const { deal, newProduct } = await planDeal(deps, flags);
  return audited(deps, { actor: operatorName(), verb: 'deal add', target: deal.productId }, async () => {
    if (newProduct && !(await addProduct(deps, newProduct)))
      throw new RefusedError(`Somebody added the product "${newProduct._id}" just now. Look at it and try again.`);
    const { _id } = await addDeal(deps, deal);
    const view = await dealById(deps, _id);
    if (!view) throw new RefusedError(`The deal ${_id} is gone.`);
    return rowOf(deps, view);
  });
}

function addStop(deal: Command, context: CliContext): void {
  deal
    .command('stop')
    .description('take no new teams of a deal; running ones go on to their end')
    .argument('<deal>', 'the number people type after DEAL, or the id')
    .option('--json', 'print the deal as JSON')
    .addHelpText('after', '\nExample:\n  toli deal stop 7\n')
    .action(async (which: string, options: Json) => {
      const row = await context.withDeps(async (deps) => {
        const { deal: found } = await whichDeal(deps, which);
        return audited(deps, { actor: operatorName(), verb: 'deal stop', target: found._id }, async () => {
          const stopped = await stopDeal(deps, found._id);
          return { number: found.number, id: found._id, was: found.state, state: stopped?.state ?? found.state };
        });
      });
      const line =
        row.was === 'live'
          ? `DEAL ${row.number} takes no new teams; running ones go on.`
          : `DEAL ${row.number} was ${row.was} already.`;
      context.print(row, [line], options);
    });
}

function addList(deal: Command, context: CliContext): void {
  deal
    .command('list')
    .description('list deals, newest first, with price, stock and end')
    .option('--all', 'also those that were stopped or have ended')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  toli deal list --all\n')
    .action(async (options: Json & { all?: boolean }) => {
      const rows = await context.withDeps(async (deps) => (await listDeals(deps)).map((view) => rowOf(deps, view)));
      const shown = options.all ? rows : rows.filter(({ state }) => state === 'live');
      context.print(shown, shown.length > 0 ? shown.flatMap(linesOf) : ['No deal is on offer.'], options);
    });
}

type DealRow = ReturnType<typeof rowOf>;

/** Leaves out what running teams hold and adds the words people know. */
function rowOf(deps: Deps, { deal, product }: DealView) {
  const { _id: id, stock, ...rest } = deal;
  const { total, free, sold } = stock;
  const ended = deal.endsAt <= deps.clock.now();
  const state = ended ? ('ended' as const) : deal.state;
  return {
    ...rest,
    id,
    state,
    product: product.names['en'],
    zone: deps.rulesOf(deal.market).zone,
    stock: { total, free, sold },
  };
}

function linesOf(row: DealRow): string[] {
  const money = (minor: number) => formatMoney(minor, row.currency);
  const price =
    row.ladder.length > 0
      ? row.ladder.map(({ members, unitPrice }) => `${members}+ ${money(unitPrice)}`).join(', ')
      : money(row.teamPrice);
  const only = [
    row.cod ? 'cash on delivery' : '',
    row.newCustomersOnly ? 'new customers only' : '',
    row.pinCodes.length > 0 ? `only ${row.pinCodes.join(', ')}` : '',
  ].filter(Boolean);
  return [
    `DEAL ${String(row.number).padEnd(4)} ${row.state.padEnd(8)} ${row.product} (${row.productId})`,
    `          team of ${row.size} ${price} · alone ${money(row.soloPrice)} · ${row.stock.free} of ${row.stock.total} left, ${row.stock.sold} sold`,
    `          ends ${showInstant(row.endsAt, row.zone)}${only.length > 0 ? ` · ${only.join(' · ')}` : ''}`,
  ];
}
