import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { factorsOf, fitAls, scoreItems } from '#ml/als';
import { foldIn } from '#ml/fold-in';
import { judgeAgain, judgeNew } from '#ml/gates';
import { countInvoicesPerItem, personalThenPopular } from '#ml/personal';
import { countCustomersPerItem } from '#ml/popular';
import { createRandom } from '#ml/random';
import { mean, ndcgAt, recallAt } from '#ml/ranking-metrics';
import { onlyOnes, rowOf, type SparseMatrix } from '#ml/sparse';
import { markIndices, topK } from '#ml/top-k';
import { RECENT_START, type RetailSplit, readRetailSplit } from './online-retail-split.ts';

const HELP = `Usage: npm run bench:recommenders -- [--data PATH] [--factors 128] [--json]

Prints NDCG@10 and recall@20 on UCI Online Retail, trained before 2011-11-01 and tested after it.
C1 allows what was bought before, C2 only what is new to the customer. Rows without randomness are
checked against reference values to four digits; a difference makes the exit code 1.

  --data PATH   by-day-csv.tar.gz, a folder of daily CSVs, or one CSV
                (default: TOLI_DATA_DIR_REAL, else ../shared/data, /online-retail/by-day-csv.tar.gz)
  --factors F   ALS factors, again for several (default 64 and 128)
  --json        one JSON object instead of a table

Example: npm run bench:recommenders -- --factors 64 --json`;

/** Holds the values that rows without randomness must show. */
const REFERENCE: Record<string, string> = {
  'C1 popular': '.0870',
  'C1 popular-30d': '.1350',
  'C1 personal-then-popular-30d': '.3612',
  'C2 popular': '.0378',
  'C2 popular-30d': '.0784',
};

const DEPTH = 20;

type Rank = (customer: number, skip: Uint8Array | undefined) => ArrayLike<number>;
interface Row {
  readonly split: 'C1' | 'C2';
  readonly recommender: string;
  readonly ndcg10: number;
  readonly recall20: number;
  readonly customers: number;
  readonly reference?: string;
  readonly agrees?: boolean;
}
interface Measured extends Row {
  readonly perCustomer: Float64Array;
}

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      factors: { type: 'string', multiple: true, default: ['64', '128'] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const path =
    values.data ?? resolve(process.env['TOLI_DATA_DIR_REAL'] ?? '../shared/data', 'online-retail/by-day-csv.tar.gz');
  if (!existsSync(path)) {
    console.error(`No data at ${path}: give --data PATH or set TOLI_DATA_DIR_REAL. Nothing was measured.`);
    process.exitCode = 1;
    return;
  }
  const factorCounts = values.factors.map(Number);
  if (!factorCounts.every((factors) => Number.isInteger(factors) && factors > 0)) {
    console.error(`--factors ${values.factors.join(', ')}: give whole numbers above 0, for example --factors 64.`);
    process.exitCode = 1;
    return;
  }
  const split = await readRetailSplit(path);
  const rows = measureAll(split, factorCounts, (line) => console.error(line));
  report(split, rows, values.json);
  if (rows.some(({ agrees }) => agrees === false)) process.exitCode = 1;
}

function measureAll(split: RetailSplit, factorCounts: number[], progress: (line: string) => void): Measured[] {
  const { train, customerCount, itemCount } = split;
  const counts = countInvoicesPerItem(train, customerCount, itemCount);
  const popular = countCustomersPerItem(train, itemCount);
  const recent = countCustomersPerItem(train, itemCount, RECENT_START);
  const recommenders: [string, Rank][] = [
    ['popular', (_, skip) => topK(popular, DEPTH, skip)],
    ['popular-30d', (_, skip) => topK(recent, DEPTH, skip)],
    [
      'personal-then-popular-30d',
      (customer) => {
        const { indices, values } = rowOf(counts, customer);
        return personalThenPopular(indices, values, recent, DEPTH);
      },
    ],
    ...factorCounts.flatMap((factors) => alsRecommenders(onlyOnes(counts), factors, progress)),
  ];
  const seenOf = (customer: number) => rowOf(counts, customer).indices;
  return recommenders.flatMap(([name, rank]) => [
    measure('C1', name, rank, split, seenOf),
    ...(name.startsWith('personal') ? [] : [measure('C2', name, rank, split, seenOf)]),
  ]);
}

/** Fits on bought or not, without counts: how often belongs to the other list. */
function alsRecommenders(bought: SparseMatrix, factors: number, progress: (line: string) => void): [string, Rank][] {
  const started = performance.now();
  const fit = fitAls(bought, { factors, regularization: 20, alpha: 2, iterations: 15, seed: 1 });
  const seconds = (performance.now() - started) / 1000;
  progress(`ALS F${factors}: 15 iterations in ${seconds.toFixed(1)} s`);
  const scores = new Float64Array(bought.columns);
  const name = `ALS F${factors} reg20 a2`;
  return [
    [name, (c, skip) => topK(scoreItems(fit, factorsOf(fit.userFactors, c, factors), scores), DEPTH, skip)],
    [
      `${name}, folded in`,
      (c, skip) => {
        const { indices, values } = rowOf(bought, c);
        return topK(scoreItems(fit, foldIn(fit, indices, values), scores), DEPTH, skip);
      },
    ],
  ];
}

function measure(
  split: 'C1' | 'C2',
  recommender: string,
  rank: Rank,
  { test, itemCount }: RetailSplit,
  seenOf: (customer: number) => Int32Array,
): Measured {
  const ndcgs: number[] = [];
  const recalls: number[] = [];
  for (const [customer, bought] of test) {
    const seen = new Set(seenOf(customer));
    const relevant = split === 'C1' ? bought : new Set([...bought].filter((item) => !seen.has(item)));
    if (relevant.size === 0) continue;
    const ranked = rank(customer, split === 'C1' ? undefined : markIndices(itemCount, seenOf(customer)));
    ndcgs.push(ndcgAt(10, ranked, relevant));
    recalls.push(recallAt(20, ranked, relevant));
  }
  const row = { split, recommender, ndcg10: mean(ndcgs), recall20: mean(recalls), customers: ndcgs.length };
  const reference = REFERENCE[`${split} ${recommender}`];
  const checked = reference ? { reference, agrees: digits(row.ndcg10) === reference } : {};
  return { ...row, ...checked, perCustomer: Float64Array.from(ndcgs) };
}

function report(split: RetailSplit, rows: readonly Measured[], json: boolean): void {
  const gates = judgeLists(rows);
  const data = {
    customers: split.customerCount,
    items: split.itemCount,
    purchases: split.train.items.length,
    lines: split.trainLines,
  };
  if (json) {
    const table = rows.map(({ perCustomer: _, ...row }) => row);
    console.log(JSON.stringify({ data, rows: table, gates }, null, 2));
    return;
  }
  console.log(`Training: ${data.customers} customers, ${data.items} items, ${data.purchases} of ${data.lines} lines\n`);
  for (const row of rows) {
    const check = row.reference ? `${row.agrees ? '=' : 'DIFFERS from'} ${row.reference}` : '';
    const numbers = `${digits(row.ndcg10)}  ${digits(row.recall20)}  ${String(row.customers).padStart(5)}`;
    console.log(`${row.split}  ${row.recommender.padEnd(28)} ${numbers}  ${check}`);
  }
  console.log('       (NDCG@10, recall@20, test customers)\n');
  for (const [list, gate] of Object.entries(gates)) {
    console.log(
      `Gate "${list}": ${gate.reason} (bound ${gate.bound.toFixed(4)}, required ${gate.required.toFixed(4)})`,
    );
  }
}

/** Runs the publishing gates on the first ALS row, to show them at work. */
function judgeLists(rows: readonly Measured[]) {
  const find = (split: string, start: string) =>
    rows.find((row) => row.split === split && row.recommender.startsWith(start))!.perCustomer;
  return {
    'again, were it ALS': judgeAgain({
      champion: find('C1', 'ALS'),
      rival: find('C1', 'personal'),
      random: createRandom(1),
    }),
    'new by ALS': judgeNew({ champion: find('C2', 'ALS'), rival: find('C2', 'popular-30d'), random: createRandom(1) }),
  };
}

function digits(value: number): string {
  return value.toFixed(4).replace(/^0/, '');
}
