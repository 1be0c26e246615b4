import type { RequestHandler } from 'express';
import { parseOrRefuse } from '../problem.ts';
import type { SimulatorHandlers } from './handlers.ts';
import { publicMessage } from './message.ts';
import { streamRequest } from './requests.ts';

const WAIT_MS = 25_000;
const MOST_AT_ONCE = 200;

/**
 * Streams the messages of several phones, and when the bot types to one, as server-sent events: `message` and
 * `typing`, each with its phone. One connection however many phones there are (a browser keeps only six).
 */
export function streamMessages({ channel }: SimulatorHandlers, onError: (error: unknown) => void): RequestHandler {
  return (req, res) => {
    const wanted = parseOrRefuse(streamRequest, req.query, res);
    if (!wanted) return;
    res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform' });
    res.flushHeaders();
    const gone = new AbortController();
    const say = (event: string, data: unknown) => {
      if (!res.writableEnded) res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    const phones = new Set(wanted.phone.map(({ phone }) => phone));
    const stopTyping = channel.onTyping((phone) => phones.has(phone) && say('typing', { phone }));
    res.on('close', () => {
      gone.abort();
      stopTyping();
    });
    const follow = async (phone: string, after: number) => {
      let seen = after;
      while (!gone.signal.aborted) {
        const started = Date.now();
        const entries = await channel.read({
          phone,
          after: seen,
          limit: MOST_AT_ONCE,
          waitMs: WAIT_MS,
          signal: gone.signal,
        });
        for (const entry of entries) say('message', { phone, ...publicMessage(entry) });
        seen = entries.at(-1)?.seq ?? seen;
        if (entries.length > 0 || gone.signal.aborted) continue;
        // An empty answer long before its time means the channel has stopped.
        if (Date.now() - started < WAIT_MS / 2) return void res.end();
        res.write(': still here\n\n');
      }
    };
    for (const { phone, after } of wanted.phone)
      follow(phone, after).catch((error: unknown) => {
        onError(error);
        res.end();
      });
  };
}
