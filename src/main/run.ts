import { type Bot, startBot } from '#bot/bot';
import type { BotParts } from '#bot/parts';
import { productNames } from '#domain/deals';
import { inboxStore } from '#domain/inbox';
import { freePort } from '#lib/embedded-database/server-process';
import { type Env, readEnv } from '#lib/env';
import { newOwner } from '#lib/owner';
import type { Channel } from '#ports/channel';
import { seedTown } from '#seed/town';
import { createServer } from '#server/server';
import { startWorker } from '#worker/start';
import { type Booted, boot } from './boot.ts';
import { createEngine, readWriting, render } from './engine.ts';
import { type Listening, listen } from './listen.ts';
import { landingSource, ownDataSource, pictureSource } from './public-pages.ts';
import { does, type Role } from './roles.ts';
import { stopOnSignal } from './shutdown.ts';
import { simulatorChannel, simulatorHandlers } from './simulator.ts';
import { startBlock } from './start-block.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const SIMULATOR_QUIET_MS = 300;
/** A caught-up night may take longer than who moved the clock should wait; it goes on by itself. */
const LONGEST_WAIT_MS = 8_000;

/** Starts Toli in one role and runs until it is told to stop. */
export async function startToli(role: Role): Promise<void> {
  const env = await withRealPort(readEnv());
  const booted = await boot(env, { onProgress: say });
  const { deps, clock } = booted;
  if (env.DEMO === 'on') await seedDemo(booted);
  const simulator = simulatorOn(env) ? simulatorChannel(deps, does(role, 'bot')) : null;
  const channels = new Map<string, Channel>(simulator ? [['simulator', simulator]] : []);
  const worker = does(role, 'worker') ? startWorker(deps) : null;
  const bot = does(role, 'bot') ? await startBot(await botParts(booted, channels, role === 'all')) : null;
  if (simulator && !bot && does(role, 'server')) await listenOnly(booted, simulator);
  const server = does(role, 'server')
    ? await serve(booted, bot, () => atMost(LONGEST_WAIT_MS, worker?.runDue()))
    : null;
  say(startBlock({ role, booted, simulator: simulator !== null, port: server?.port ?? null }));
  stopOnSignal(
    [async () => server?.close(), async () => bot?.stop(), async () => worker?.stop(), async () => booted.close()],
    say,
  );

  async function serve(
    { deps: given }: Booted,
    running: Bot | null,
    afterClock: () => Promise<void>,
  ): Promise<Listening> {
    const handlers = simulator
      ? simulatorHandlers(given, simulator, clock, { movable: env.SIMULATOR_CLOCK === 'on', afterClock })
      : null;
    const app = createServer({
      publicUrl: given.publicUrl,
      botNumber: `+${given.botNumber}`,
      health: async () => ({ ok: true, waiting: running?.waiting() ?? null, database: booted.database.server }),
      landing: landingSource(given),
      pictures: pictureSource(given),
      ownData: ownDataSource(given),
      ...(handlers ? { simulator: handlers } : {}),
      onError: (error) => given.log.error({ err: error }, 'a request failed'),
    });
    return listen(app, env.HOST, env.PORT);
  }
}

/** Waits for work, but not longer than `ms`. */
async function atMost(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}

/** Chooses a free port where any will do, so that links can name it. */
async function withRealPort(env: Env): Promise<Env> {
  return env.PORT === 0 ? { ...env, PORT: await freePort() } : env;
}

async function seedDemo({ deps }: Booted): Promise<void> {
  const seeded = await seedTown(deps);
  if (seeded.kind === 'seeded')
    say(`made the demo town: ${seeded.people} people, ${seeded.deals} deals, ${seeded.orders} past orders`);
}

function simulatorOn(env: Env): boolean {
  return env.SIMULATOR !== 'off';
}

async function botParts(
  { deps, env }: Booted,
  channels: ReadonlyMap<string, Channel>,
  hearsHere: boolean,
): Promise<BotParts> {
  const quiet = env.QUIET_MS ?? SIMULATOR_QUIET_MS;
  return {
    deps,
    engine: createEngine(await productNames()),
    readWriting,
    channels,
    owner: newOwner(),
    hearsHere,
    quietMs: () => quiet,
    render,
  };
}

/** Stores what the simulator hears when the bot is another process, which finds it in the inbox. */
async function listenOnly({ deps }: Booted, channel: Channel): Promise<void> {
  const store = inboxStore(deps);
  await channel.start({
    onInbound: async (message) => ({ stored: (await store(message)).kind }),
    onDelivery: async () => undefined,
  });
}
