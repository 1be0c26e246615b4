import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openBenchDatabase } from './bench-database.ts';
import type { JoinReport } from './join-shop.ts';
import { spreadOf } from './percentiles.ts';

const HELP = `Measures joins on one hot deal: shoppers arrive at a fixed rate, whatever the answers (open loop), each takes
a seat in one of the ten fullest open teams or starts one, and pays. The shoppers are in this process, the shop in another.

  npm run bench:join -- [--rate 80] [--seconds 60] [--json]
`;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '80' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(HELP);
  const database = await openBenchDatabase();
  const shop = await startShop(database.uri);
  try {
    const waits = await arrive(shop, Number(values.rate), Number(values.seconds));
    const report = await askReport(shop);
    print(database.name, waits, report);
    process.exitCode = report.problems.length === 0 && report.errors === 0 ? 0 : 1;
  } finally {
    shop.disconnect();
    await database.close();
  }
}

async function startShop(uri: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('./join-shop.ts', import.meta.url));
  const shop = fork(program, [uri], { execArgv: ['--import', 'tsx'] });
  await new Promise<void>((resolve, reject) => {
    shop.once('message', () => resolve());
    shop.once('exit', (code) => reject(new Error(`the shop ended with ${code}`)));
  });
  return shop;
}

/** Lets shoppers arrive at the rate and waits for the last answer; ms from arrival to a paid seat. */
async function arrive(shop: ChildProcess, rate: number, seconds: number): Promise<number[]> {
  const total = rate * seconds;
  const arrived = new Map<number, number>();
  const waits: number[] = [];
  const done = new Promise<void>((resolve) => {
    shop.on('message', (message: { served?: number }) => {
      if (message.served === undefined) return;
      waits.push(performance.now() - (arrived.get(message.served) ?? 0));
      if (waits.length === total) resolve();
    });
  });
  const start = performance.now();
  for (let shopper = 0; shopper < total; shopper++) {
    const due = start + (shopper * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    arrived.set(shopper, due);
    shop.send({ shopper });
  }
  await done;
  return waits;
}

function askReport(shop: ChildProcess): Promise<JoinReport> {
  return new Promise((resolve) => {
    shop.on('message', (message: { report?: JoinReport }) => {
      if (message.report) resolve(message.report);
    });
    shop.send({ report: true });
  });
}

function print(database: string, waits: readonly number[], report: JoinReport): void {
  const { claims, joins, pays, ...rest } = report;
  const result = {
    database,
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    claim: spreadOf(claims),
    join: spreadOf(joins),
    pay: spreadOf(pays),
    arrivalToPaid: spreadOf(waits),
    ...rest,
  };
  if (values.json) return void process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  const line = (name: string, { p50, p95, p99, max }: ReturnType<typeof spreadOf>) =>
    `${name.padEnd(18)} p50 ${p50} ms · p95 ${p95} ms · p99 ${p99} ms · max ${max} ms`;
  const lines = [
    `${result.rate} joins/s for ${result.seconds} s on one deal, ${database}`,
    line('claim (one update)', result.claim),
    line('whole join', result.join),
    line('payment', result.pay),
    line('arrival to paid', result.arrivalToPaid),
    `${rest.succeeded} teams full with ${rest.seats} seats, ${rest.refused} shoppers refused, ${rest.errors} errors`,
    rest.problems.length === 0 ? 'every full team has exactly its seats' : rest.problems.join('\n'),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
