import { z } from 'zod';

/** Describes a message as the simulator's API gives it out; what is not used here is left alone. */
const historyMessage = z.object({
  seq: z.number(),
  direction: z.enum(['in', 'out']),
  id: z.string(),
  kind: z.string(),
  text: z.string(),
  imageUrl: z.string().optional(),
  options: z.array(z.object({ id: z.string(), label: z.string() })).optional(),
  orderId: z.string().optional(),
  at: z.string(),
});
const history = z.object({ messages: z.array(historyMessage) });
const problem = z.object({ error: z.object({ message: z.string() }) });

export type HistoryMessage = z.infer<typeof historyMessage>;

/** Says that the server could not be reached or refused; the message says what to do. */
export class TerminalChatError extends Error {
  readonly code = 'TERMINAL_CHAT';
  override readonly name = 'TerminalChatError';
}

/** Talks to the simulator API of a running server. Every call throws TerminalChatError when it does not work. */
export interface SimulatorClient {
  send(text: string): Promise<string>;
  read(after: number, waitSeconds: number, signal?: AbortSignal): Promise<HistoryMessage[]>;
  pay(orderId: string, event: string): Promise<void>;
}

/** Makes a client for one phone; `url` is the server's address. */
export function simulatorClient(url: string, phone: string, fetcher: typeof fetch = fetch): SimulatorClient {
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetcher(new URL(`/simulator/api${path}`, url), init).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause;
      throw new TerminalChatError(`Nothing answers at ${url}. Start Toli with: npm start`, { cause });
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    const told = problem.safeParse(answer);
    throw new TerminalChatError(told.success ? told.data.error.message : `${url} answered ${response.status}`);
  };
  const post = (path: string, body: object) =>
    call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return {
    send: async (text) => z.object({ id: z.string() }).parse(await post('/messages', { from: phone, text })).id,
    read: async (after, wait, signal) => {
      const query = new URLSearchParams({ phone, after: String(after), wait: String(wait) });
      return history.parse(await call(`/messages?${query}`, signal ? { signal } : {})).messages;
    },
    pay: async (orderId, event) => void (await post('/payments', { orderId, event })),
  };
}
