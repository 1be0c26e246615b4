import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '#lib/random';
import { openBenchDatabase } from './bench-database.ts';
import { behave, type Phone, type Shown, settleIn, TURN_KINDS, type TurnKind } from './chat-person.ts';
import type { FromBot, ToBot } from './chat-wire.ts';
import { spreadOf } from './percentiles.ts';

const HELP = `Measures turns per second through the real conversations, domain, database and sender.
The phones are in this process, the bot in another. A turn: stored, handled, committed, answer handed over.

  npm run bench:chat -- [--people 50,500] [--seconds 30] [--json]
`;

interface Turn {
  readonly kind: TurnKind;
  readonly ms: number;
  readonly at: number;
}

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1,50,500' },
    seconds: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(HELP);
  const seconds = Number(values.seconds);
  const results = [];
  for (const people of values.people.split(',').map(Number)) results.push(await measure(people, seconds));
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else for (const result of results) process.stdout.write(`${linesOf(result).join('\n')}\n\n`);
}

async function measure(people: number, seconds: number) {
  const database = await openBenchDatabase();
  const bot = await startBotProcess(database.uri);
  try {
    const load = createLoad(bot, people);
    await Promise.all(load.phones.map((phone) => settleIn(phone)));
    const before = await load.count();
    const turns = await load.run(seconds);
    const after = await load.count();
    return sumUp(people, seconds, database.name, turns, before, after);
  } finally {
    bot.send([{ kind: 'end' } satisfies ToBot]);
    await new Promise((resolve) => {
      bot.once('exit', resolve);
      setTimeout(() => bot.kill('SIGKILL'), 10_000).unref();
    });
    await database.close();
  }
}

async function startBotProcess(uri: string): Promise<ChildProcess> {
  const bot = fork(fileURLToPath(new URL('./chat-bot.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, BENCH_URI: uri },
  });
  await new Promise<void>((resolve, reject) => {
    bot.once('message', () => resolve());
    bot.once('exit', (code) => reject(new Error(`the bot process ended with ${code}`)));
  });
  return bot;
}

/** Makes the phones over one bot process: what they send leaves in batches, what they hear goes to whoever waits. */
function createLoad(bot: ChildProcess, people: number) {
  const waiting = new Map<string, (shown: Shown) => void>();
  const counts: ((count: Extract<FromBot, { kind: 'count' }>) => void)[] = [];
  const outgoing: ToBot[] = [];
  let turns: Turn[] = [];
  let ids = 0;
  let measuring = false;

  const tell = (message: ToBot) => {
    outgoing.push(message);
    if (outgoing.length === 1) setImmediate(() => bot.send(outgoing.splice(0)));
  };
  bot.on('message', (batch: FromBot[]) => {
    for (const message of batch) {
      if (message.kind === 'count') counts.shift()?.(message);
      if (message.kind !== 'out') continue;
      const resolve = waiting.get(message.to);
      waiting.delete(message.to);
      resolve?.(message);
    }
  });

  const ask = (from: string, kind: TurnKind, send: () => void): Promise<Shown> => {
    const start = performance.now();
    return new Promise((resolve) => {
      waiting.set(from, (shown) => {
        if (measuring) turns.push({ kind, ms: performance.now() - start, at: performance.now() });
        resolve(shown);
      });
      send();
    });
  };
  const phoneOf = (index: number): Phone => {
    const from = `+9198${String(10_000_000 + index)}`;
    const write = (text: string, option?: string) => {
      ids += 1;
      const kind = option === undefined ? ('text' as const) : ('option' as const);
      tell({ kind: 'in', message: { id: `b${ids}`, from, kind, text, ...(option === undefined ? {} : { option }) } });
    };
    return {
      say: (kind, text) => ask(from, kind, () => write(text)),
      tap: (kind, option) => ask(from, kind, () => write('', option)),
      pay: (orderId) => ask(from, 'paying', () => tell({ kind: 'pay', orderId })),
    };
  };
  const phones = Array.from({ length: people }, (_, index) => phoneOf(index));

  return {
    phones,
    count: () =>
      new Promise<Extract<FromBot, { kind: 'count' }>>((resolve) => {
        counts.push(resolve);
        tell({ kind: 'count' });
      }),
    run: async (seconds: number): Promise<Turn[]> => {
      turns = [];
      measuring = true;
      const end = performance.now() + seconds * 1_000;
      const random = seededRandom(people);
      const isOver = () => performance.now() >= end;
      const everybody = Promise.all(phones.map((phone) => behave(phone, random.unit, isOver)));
      await Promise.race([everybody, new Promise((resolve) => setTimeout(resolve, seconds * 1_000 + 15_000))]);
      measuring = false;
      return turns.filter(({ at }) => at <= end);
    },
  };
}

type Count = Extract<FromBot, { kind: 'count' }>;

function sumUp(people: number, seconds: number, database: string, turns: Turn[], before: Count, after: Count) {
  const answered = turns.filter(({ kind }) => kind !== 'paying');
  const start = Math.min(...turns.map(({ at, ms }) => at - ms));
  const quarters = [0, 1, 2, 3].map((quarter) =>
    Math.round(
      answered.filter(({ at }) => Math.floor((at - start) / (seconds * 250)) === quarter).length / (seconds / 4),
    ),
  );
  const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return {
    people,
    seconds,
    database,
    turnsPerSecond: Math.round(answered.length / seconds),
    quarters,
    answer: spreadOf(answered.map(({ ms }) => ms)),
    roundTripsPerTurn: Math.round((100 * (after.roundTrips - before.roundTrips)) / turns.length) / 100,
    botCpuShare: Math.round(cpu / (seconds * 10_000)),
    botMemoryMb: Math.round(after.rss / 2 ** 20),
    kinds: Object.fromEntries(
      TURN_KINDS.map((kind) => [kind, spreadOf(turns.filter((turn) => turn.kind === kind).map(({ ms }) => ms))]),
    ),
  };
}

function linesOf(result: Awaited<ReturnType<typeof measure>>): string[] {
  const { people, seconds, turnsPerSecond, quarters, answer, kinds } = result;
  return [
    `${people} people, ${seconds} s, ${result.database}`,
    `  ${turnsPerSecond} turns/s (by quarter ${quarters.join(', ')}), p50 ${answer.p50} p95 ${answer.p95} p99 ${answer.p99} ms`,
    `  ${result.roundTripsPerTurn} round trips a turn, bot ${result.botCpuShare} % of a core, ${result.botMemoryMb} MB`,
    ...Object.entries(kinds).map(
      ([kind, { count, p50, p95, p99 }]) =>
        `  ${kind.padEnd(8)} ${String(count).padStart(6)}  p50 ${p50} p95 ${p95} p99 ${p99} ms`,
    ),
  ];
}

await main();
