import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ask, ShownMessage, Told } from './wire.ts';

/** Is the shop as the outside world knows it: a process that may die and comes back. */
export interface Shop {
  /** Asks until there is an answer: what a crash left unanswered is asked again, as messengers and providers do. */
  ask(ask: Ask): Promise<unknown>;
  /** Lists what phones got, repetitions included. */
  readonly shown: readonly ShownMessage[];
  /** Lists the refunds that were asked of the provider, repetitions included. */
  readonly refunds: readonly { readonly id: string; readonly amount: number }[];
  /** Lists where it died. */
  readonly deaths: readonly string[];
  /** Resolves with the message of this purpose once a phone has it. */
  shownAs(key: string): Promise<ShownMessage>;
  end(): Promise<void>;
}

const FILE = fileURLToPath(new URL('./shop-process.ts', import.meta.url));
const REPLY_MS = 30_000;
const spares: ChildProcess[] = [];

function launch(): ChildProcess {
  return fork(FILE, [], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/** Takes a process that has its modules loaded already and prepares the next one. */
function takeProcess(): ChildProcess {
  const taken = spares.shift() ?? launch();
  spares.push(launch());
  return taken;
}

/** Ends the processes that were prepared and are not needed. */
export function endSpares(): void {
  for (const child of spares.splice(0)) child.kill('SIGKILL');
}

interface Waiting {
  readonly ask: Ask;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Opens the shop over a database. A process that dies of SIGKILL is replaced at once. */
export async function openShop(uri: string, quietMs = 0): Promise<Shop> {
  const shown: ShownMessage[] = [];
  const refunds: { id: string; amount: number }[] = [];
  const deaths: string[] = [];
  const waiting = new Map<number, Waiting>();
  let number = 0;
  let child: ChildProcess;

  const hear = (told: Told) => {
    if (told.kind === 'shown') shown.push(told);
    if (told.kind === 'refund') refunds.push(told);
    if (told.kind !== 'answer' && told.kind !== 'failed') return;
    const asked = waiting.get(told.number);
    waiting.delete(told.number);
    if (told.kind === 'failed') asked?.reject(new Error(`${asked.ask.kind}: ${told.error}`));
    else asked?.resolve(told.value);
  };

  const put = (ask: Ask): Promise<unknown> => {
    number += 1;
    const mine = number;
    return new Promise((resolve, reject) => {
      waiting.set(mine, { ask, resolve, reject });
      if (child.connected) child.send({ number: mine, ask }, () => undefined);
    });
  };

  const start = async (): Promise<void> => {
    child = takeProcess();
    let said = '';
    child.stdout?.on('data', (data: Buffer) => {
      said += data.toString();
    });
    child.on('message', hear);
    // 'close' comes after everything the process had said was read.
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') void restart(said.trim() || 'killed from outside');
      else
        for (const { reject } of waiting.values()) reject(new Error(`the shop ended with ${code ?? signal}: ${said}`));
    });
    await put({ kind: 'open', uri, quietMs });
  };

  const restart = async (said: string): Promise<void> => {
    deaths.push(said);
    const unanswered = [...waiting.values()].filter(({ ask }) => ask.kind !== 'open');
    waiting.clear();
    try {
      await start();
      for (const { ask, resolve, reject } of unanswered) put(ask).then(resolve, reject);
    } catch (error) {
      for (const { reject } of unanswered) reject(error as Error);
    }
  };

  const shownAs = async (key: string): Promise<ShownMessage> => {
    const end = Date.now() + REPLY_MS;
    for (;;) {
      const found = shown.find((one) => one.key === key);
      if (found) return found;
      if (Date.now() > end) throw new Error(`no phone got ${key}; deaths: ${deaths.join(', ') || 'none'}`);
      await pause(5);
    }
  };

  await start();
  return {
    ask: put,
    shown,
    refunds,
    deaths,
    shownAs,
    end: async () => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      await put({ kind: 'end' });
      await gone;
    },
  };
}

/** Waits so many ms of machine time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
