import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Inbound } from '#ports/channel';
import type { FromChat, ToChat } from './chat-process.ts';

/** Is one bot process of several. */
export interface ChatProcess {
  readonly child: ChildProcess;
  /** Lists everything it told. */
  readonly told: readonly FromChat[];
  /** Hands in a message; resolves once it is stored. */
  write(message: Inbound): Promise<void>;
  /** Lets it commit the turn it holds. */
  go(): void;
  /** Resolves once it has told so many of a kind. */
  until<Kind extends FromChat['kind']>(kind: Kind, count?: number): Promise<FromChat & { kind: Kind }>;
  kill(): void;
}

export interface ChatOptions {
  /** Waits before every commit until it is told to go on. */
  readonly holds?: boolean;
  /** Leaves the fence out of the filter of every commit: the broken twin. */
  readonly withoutFence?: boolean;
}

const FILE = fileURLToPath(new URL('./chat-process.ts', import.meta.url));
const WITHIN_MS = 60_000;

/** Starts a bot process over a database. */
export async function startChat(uri: string, { holds, withoutFence }: ChatOptions = {}): Promise<ChatProcess> {
  const env = {
    ...process.env,
    CHAT_URI: uri,
    ...(holds ? { CHAT_HOLDS: '1' } : {}),
    ...(withoutFence ? { CHAT_WITHOUT_FENCE: '1' } : {}),
  };
  const child = fork(FILE, [], { execArgv: ['--import', 'tsx'], serialization: 'advanced', env });
  const told: FromChat[] = [];
  child.on('message', (message: FromChat) => told.push(message));
  let numbers = 0;

  const find = async <T>(what: string, look: () => T | undefined): Promise<T> => {
    const end = Date.now() + WITHIN_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (Date.now() > end || child.exitCode !== null) throw new Error(`never: ${what}; told ${JSON.stringify(told)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const tell = (message: ToChat) => void child.send(message);
  const until = async <Kind extends FromChat['kind']>(kind: Kind, count = 1) =>
    (await find(`${count} × ${kind}`, () => told.filter((one) => one.kind === kind)[count - 1])) as FromChat & {
      kind: Kind;
    };
  await until('ready');
  return {
    child,
    told,
    until,
    go: () => tell({ kind: 'go' }),
    write: async (message) => {
      numbers += 1;
      const number = numbers;
      tell({ kind: 'in', number, message });
      await find('stored', () => told.find((one) => one.kind === 'stored' && one.number === number));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
