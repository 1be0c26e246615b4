import mongoose from 'mongoose';
import { startBot } from '#bot/bot';
import { createLogger } from '#lib/logger';
import { connectMongo } from '#lib/mongo';
import { newOwner } from '#lib/owner';
import { createEngine, readWriting, render } from '#main/engine';
import '#main/all-models';
import { Session } from '#models/session';
import type { Channel, ChannelEvents, Inbound } from '#ports/channel';
import { testDeps } from '#test/support/deps';
import { SECRETS } from './wire.ts';

/** Is one of several bots over one database; it can be told to stop just before it commits a turn. */
export type ToChat =
  | { readonly kind: 'in'; readonly number: number; readonly message: Inbound }
  | { readonly kind: 'go' };
export type FromChat =
  | { readonly kind: 'ready' }
  | { readonly kind: 'stored'; readonly number: number }
  | { readonly kind: 'shown'; readonly key: string; readonly to: string }
  /** It has run a turn and is about to commit it. */
  | { readonly kind: 'committing' }
  | { readonly kind: 'committed'; readonly rows: number };

const { CHAT_URI = '', CHAT_HOLDS = '', CHAT_WITHOUT_FENCE = '' } = process.env;

let events: ChannelEvents | undefined;
let go: (() => void) | undefined;

function tell(message: FromChat): Promise<void> {
  return new Promise((resolve, reject) =>
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve())),
  );
}

const phones: Channel = {
  name: 'simulator',
  capabilities: { options: true, images: true, typing: false, receipts: false },
  start: async (given) => {
    events = given;
  },
  stop: async () => undefined,
  send: async ({ id, to }) => {
    await tell({ kind: 'shown', key: id, to });
    return { kind: 'sent', providerId: id };
  },
};

interface Commit {
  readonly updateOne?: { readonly filter: Record<string, unknown> };
}

/** Waits before every commit of a turn until it may go on, and, as the broken twin, leaves the fence out of its filter. */
function holdCommits(): void {
  const collection = Session.collection as unknown as {
    bulkWrite(writes: Commit[], options: object): Promise<unknown>;
  };
  const real = collection.bulkWrite.bind(collection);
  collection.bulkWrite = async (writes, options) => {
    const filters = writes.map(({ updateOne }) => updateOne?.filter ?? {});
    if (!filters.some((filter) => 'rev' in filter)) return real(writes, options);
    if (CHAT_WITHOUT_FENCE) for (const filter of filters) delete filter['fence'];
    await tell({ kind: 'committing' });
    await new Promise<void>((resolve) => {
      go = resolve;
    });
    const result = (await real(writes, options)) as { matchedCount: number };
    await tell({ kind: 'committed', rows: result.matchedCount });
    return result;
  };
}

process.on('message', async (message: ToChat) => {
  if (message.kind === 'go') return go?.();
  await events?.onInbound(message.message);
  await tell({ kind: 'stored', number: message.number });
});
process.on('disconnect', () => process.exit(0));

await connectMongo(CHAT_URI);
await mongoose.connection.asPromise();
if (CHAT_HOLDS) holdCommits();
await startBot({
  deps: testDeps({ secrets: SECRETS, log: createLogger('silent') }),
  engine: createEngine(),
  channels: new Map([['simulator', phones]]),
  owner: newOwner(),
  hearsHere: true,
  quietMs: () => 0,
  render,
  readWriting,
});
await tell({ kind: 'ready' });
