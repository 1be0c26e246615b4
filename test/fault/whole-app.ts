import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Is one message as the simulator's API tells it. */
export interface ApiMessage {
  readonly seq: number;
  readonly direction: 'in' | 'out';
  readonly text: string;
  readonly orderId?: string;
}

/** Is Toli as it is started, bot, server and worker, spoken to over the simulator's API. */
export interface WholeApp {
  /** Gives everything it has written to its standard streams. */
  said(): string;
  /** Writes from a phone and gives the next message to it. */
  say(phone: string, text: string): Promise<ApiMessage>;
  messages(phone: string): Promise<ApiMessage[]>;
  post(path: string, body: object): Promise<void>;
  get(path: string): Promise<string>;
  end(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const STARTS_WITHIN_MS = 60_000;

/** Starts all of Toli over a database, with the log at its most talkative. */
export async function startWholeApp(uri: string): Promise<WholeApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'toli-whole-app-'));
  const settings = {
    MONGODB_URI: uri,
    DATA_DIR: dataDir,
    PORT: '0',
    DEMO: 'off',
    LOG_LEVEL: 'trace',
    SIMULATOR_CLOCK: 'on',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'all'], { env: { ...process.env, ...settings } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  const base = await addressOf(child, () => said);

  const get = async (path: string) => (await fetch(`${base}${path}`)).text();
  const messages = async (phone: string, after = 0, wait = 0): Promise<ApiMessage[]> => {
    const query = `phone=${encodeURIComponent(phone)}&after=${after}&wait=${wait}`;
    return (JSON.parse(await get(`/simulator/api/messages?${query}`)) as { messages: ApiMessage[] }).messages;
  };
  const post = async (path: string, body: object) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  const say = async (phone: string, text: string): Promise<ApiMessage> => {
    let seen = (await messages(phone)).at(-1)?.seq ?? 0;
    await post('/simulator/api/messages', { from: phone, text });
    for (let tries = 0; tries < 10; tries++) {
      const fresh = await messages(phone, seen, 5);
      const answer = fresh.findLast(({ direction }) => direction === 'out');
      if (answer) return answer;
      seen = fresh.at(-1)?.seq ?? seen;
    }
    throw new Error(`no answer to "${text}"`);
  };
  return {
    said: () => said,
    say,
    messages: (phone) => messages(phone),
    post,
    get,
    end: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function addressOf(child: ChildProcess, said: () => string): Promise<string> {
  const end = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    const found = /http:\/\/localhost:\d+(?=\/health)/.exec(said())?.[0];
    if (found) return found.replace('localhost', '127.0.0.1');
    if (child.exitCode !== null || Date.now() > end) throw new Error(`Toli did not start: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
