import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import pc from 'picocolors';
import { type HistoryMessage, type SimulatorClient, simulatorClient, TerminalChatError } from './client.ts';
import { linesOf, linkToScan, type Paint } from './lines.ts';
import { qrLines } from './qr.ts';

/** Says who chats with which server, over which streams. */
export interface TerminalChatOptions {
  /** The phone to write from, in E.164. */
  readonly phone: string;
  /** The running server, `http://127.0.0.1:3000` unless told. */
  readonly url?: string;
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Without a terminal: how long (ms) to wait for more answers after the last line; 2,000 unless told. */
  readonly quietMs?: number;
}

const HELP = [
  '  Type what you would write on a phone. Answers appear below.',
  '  /pay [event]   pay the order asked for last (event: paid, failed, …; paid unless told)',
  '  /help          these lines',
  '  /quit          leave',
];
const WAIT_SECONDS = 25;
const LAST_MESSAGES = 5;
const RETRY_MS = 1_500;
const POLL_MS = 25;
const LONGEST_ANSWER_MS = 10_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Chat {
  readonly client: SimulatorClient;
  readonly print: (lines: readonly string[]) => void;
  readonly paint: Paint;
  /** Whether a person sits there. */
  readonly live: boolean;
  seen: number;
  orderId: string | undefined;
  heardAt: number;
}

/**
 * Chats with a running server from a terminal until /quit, Ctrl-D or Ctrl-C; without a terminal it sends each line of
 * the input, prints the answers and ends. Throws TerminalChatError when the server cannot be reached.
 */
export async function runTerminalChat(options: TerminalChatOptions): Promise<void> {
  const { phone, url = 'http://127.0.0.1:3000', input = process.stdin, output = process.stdout } = options;
  if (!/^\+[1-9]\d{6,14}$/.test(phone))
    throw new TerminalChatError(`${phone} is not a phone number. Give one such as +919812345678`);
  const live = input.isTTY === true && output.isTTY === true;
  const client = simulatorClient(url, phone);
  // Listening to the input starts only now: lines read before anybody handles them would be lost.
  const past = await readPast(client);
  const lines = createInterface({ input, output, terminal: live, prompt: '> ', historySize: 100 });
  const colors = pc.createColors(live && pc.isColorSupported);
  const chat: Chat = {
    client,
    live,
    print: printer(lines, output, live),
    paint: { strong: colors.bold, faint: colors.dim },
    seen: past.at(-1)?.seq ?? 0,
    orderId: past.findLast(({ orderId }) => orderId !== undefined)?.orderId,
    heardAt: Date.now(),
  };
  const leaving = new AbortController();
  try {
    if (live) greet(chat, phone, past);
    const following = follow(chat, leaving.signal);
    following.catch(() => lines.close());
    await readLines(chat, lines);
    if (!live) await untilQuiet(chat, options.quietMs ?? 2_000);
    leaving.abort();
    await following;
  } finally {
    leaving.abort();
    lines.close();
  }
}

/** Prints above the line being typed, and keeps it. */
function printer(lines: Interface, output: NodeJS.WritableStream, live: boolean): Chat['print'] {
  return (printed) => {
    output.write(`${live ? '\r\u001b[K' : ''}${printed.join('\n')}\n`);
    if (live) lines.prompt(true);
  };
}

/** Reads the end of what was said before, to show where the chat stands; a script gets only what is said from now on. */
async function readPast(client: SimulatorClient): Promise<HistoryMessage[]> {
  let past: HistoryMessage[] = [];
  for (;;) {
    const more = await client.read(past.at(-1)?.seq ?? 0, 0);
    if (more.length === 0) return past;
    past = [...past, ...more].slice(-LAST_MESSAGES);
  }
}

function greet(chat: Chat, phone: string, past: readonly HistoryMessage[]): void {
  chat.print([chat.paint.faint(`You write as ${phone}. /help shows what else you can do; try: hi`)]);
  for (const message of past) show(chat, message);
}

async function follow(chat: Chat, signal: AbortSignal): Promise<void> {
  let reachable = true;
  while (!signal.aborted) {
    try {
      const messages = await chat.client.read(chat.seen, WAIT_SECONDS, signal);
      reachable = true;
      for (const message of messages) take(chat, message);
    } catch (error) {
      if (signal.aborted) return;
      // Somebody who sits there can wait for a restart; a script cannot.
      if (!chat.live || !(error instanceof TerminalChatError)) throw error;
      if (reachable) chat.print([`  ${error.message} (trying again)`]);
      reachable = false;
      await pause(RETRY_MS);
    }
  }
}

function take(chat: Chat, message: HistoryMessage): void {
  chat.seen = message.seq;
  chat.heardAt = Date.now();
  if (message.direction === 'out') show(chat, message);
}

function show(chat: Chat, message: HistoryMessage): void {
  chat.orderId = message.orderId ?? chat.orderId;
  const link = chat.live && message.direction === 'out' ? linkToScan(message) : undefined;
  chat.print([...linesOf(message, chat.paint), ...(link ? qrLines(link) : [])]);
}

async function readLines(chat: Chat, lines: Interface): Promise<void> {
  lines.on('SIGINT', () => lines.close());
  const closed = once(lines, 'close');
  let work = Promise.resolve(true);
  lines.on('line', (line) => {
    // A script's lines are separate messages, each answered before the next is sent.
    work = work.then((going) => going && handleLine(chat, line));
    work.then(
      (going) => {
        if (!going) lines.close();
        else if (chat.live) lines.prompt();
      },
      () => lines.close(),
    );
  });
  await closed;
  await work;
}

/** Does what a line says; false ends the chat. */
async function handleLine(chat: Chat, line: string): Promise<boolean> {
  const text = line.trim();
  if (text === '/quit') return false;
  try {
    if (text === '/help') chat.print(HELP);
    else if (/^\/pay(?:\s|$)/.test(text)) await pay(chat, text.slice(4).trim() || 'paid');
    else if (text !== '') await say(chat, text);
  } catch (error) {
    if (!chat.live || !(error instanceof TerminalChatError)) throw error;
    chat.print([`  ${error.message}`]);
  }
  return true;
}

async function say(chat: Chat, text: string): Promise<void> {
  const before = chat.seen;
  await chat.client.send(text);
  if (!chat.live) await untilAnswered(chat, before);
}

async function pay(chat: Chat, event: string): Promise<void> {
  if (chat.orderId === undefined) return chat.print(['  Nothing has been asked to be paid here yet.']);
  await chat.client.pay(chat.orderId, event);
}

/** One's own message is the first thing heard after `before`, so an answer is the second. */
async function untilAnswered(chat: Chat, before: number): Promise<void> {
  const from = Date.now();
  while (chat.seen < before + 2 && Date.now() - from < LONGEST_ANSWER_MS) await pause(POLL_MS);
}

async function untilQuiet(chat: Chat, quietMs: number): Promise<void> {
  const from = Date.now();
  while (Date.now() - Math.max(chat.heardAt, from) < quietMs) await pause(POLL_MS);
}
