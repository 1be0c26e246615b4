import { afterEach, expect, it } from 'vitest';
import '#main/all-models';
import { CHAT_LEASE_MS } from '#domain/sessions';
import { addressKey } from '#lib/identity';
import { Consent } from '#models/consent';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Session } from '#models/session';
import type { Inbound } from '#ports/channel';
import { pause } from '#test/fault/shop';
import { type ChatOptions, type ChatProcess, startChat } from '#test/fault/two-chats';
import { SECRETS } from '#test/fault/wire';
import { useDatabase } from '#test/support/database';

const FROM = '+919812350001';
const FULL = process.env['TOLI_TEST_FULL'] === '1';
const database = useDatabase();
const running: ChatProcess[] = [];
afterEach(async () => {
  for (const chat of running.splice(0)) chat.kill();
  await database.clear();
});

async function start(options: ChatOptions = {}): Promise<ChatProcess> {
  const chat = await startChat(database.uri(), options);
  running.push(chat);
  return chat;
}

const message = (id: string, text: string, from = FROM): Inbound => ({
  channel: 'simulator',
  id,
  from,
  kind: 'text',
  text,
  at: new Date(),
});

const replyKey = (id: string) => `reply:${addressKey(SECRETS, `simulator|${FROM}`, id)}:0`;
const shownBy = ({ told }: ChatProcess) => told.flatMap((one) => (one.kind === 'shown' ? [one.key] : []));

async function allHandled(): Promise<void> {
  const end = Date.now() + 60_000;
  while ((await Inbox.countDocuments({ state: 'new' })) > 0) {
    if (Date.now() > end) throw new Error('messages are left');
    await pause(50);
  }
}

it('two bots that hear the same chats handle each message exactly once', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  const phones = [1, 2, 3, 4].map((n) => `+91981236000${n}`);
  const texts = ['hi', '3', 'no', 'menu', 'my orders', 'my money', 'invite', 'profile'];
  for (const [step, text] of texts.entries()) {
    const writes = phones.flatMap((from, n) => {
      const same = message(`m${step}`, text, from);
      // Every third message is heard by both, the others by one and by the other in turn.
      if (step % 3 === 2) return [one.write(same), two.write(same)];
      return [((step + n) % 2 === 0 ? one : two).write(same)];
    });
    await Promise.all(writes);
    await allHandled();
  }
  const count = phones.length * texts.length;
  const sessions = await Session.find().lean();
  const handled = sessions.flatMap((session) => session.handled);
  expect(handled).toHaveLength(count);
  expect(new Set(handled).size).toBe(count);
  expect(await Inbox.countDocuments({ state: 'done' })).toBe(count);
  expect(await Interaction.countDocuments({ kind: 'message-in' })).toBe(count);
  expect(await Consent.countDocuments()).toBe(phones.length);
  const shown = [...shownBy(one), ...shownBy(two)];
  expect(shown).toHaveLength(count);
  expect(new Set(shown).size).toBe(count);
}, 180_000);

/** Stops a bot between its turn and its commit, lets another take the chat, and continues it: rows it then committed. */
async function staleCommit(options: ChatOptions): Promise<{ stale: number; fresh: number }> {
  const first = await start({ ...options, holds: true });
  await first.write(message('m1', 'hi'));
  await first.until('committing');
  first.child.kill('SIGSTOP');
  await leaseRunsOut();
  const second = await start({ ...options, holds: true });
  await second.until('committing');
  first.child.kill('SIGCONT');
  first.go();
  const stale = (await first.until('committed')).rows;
  second.go();
  const fresh = (await second.until('committed')).rows;
  if (stale === 0) {
    await allHandled();
    expect([...shownBy(first), ...shownBy(second)]).toEqual([replyKey('m1')]);
    expect((await Session.findOne().lean())?.handled).toHaveLength(1);
  }
  return { stale, fresh };
}

/** Everyday runs end the lease by hand, the full run waits for it. */
async function leaseRunsOut(): Promise<void> {
  if (FULL) await pause(CHAT_LEASE_MS + 1_000);
  else await Session.updateMany({}, { $set: { 'lease.until': new Date(0) } });
}

it('a bot that was stopped past its lease commits nothing once another has taken the chat', async () => {
  expect(await staleCommit({})).toEqual({ stale: 0, fresh: 1 });
}, 180_000);

it('without the fence in its filter the stopped bot would commit over the other one', async () => {
  expect(await staleCommit({ withoutFence: true })).toEqual({ stale: 1, fresh: 0 });
}, 180_000);
