import { describe, expect, it } from 'vitest';
import { Inbox } from '#models/inbox';
import { Interaction } from '#models/interaction';
import { Outbox } from '#models/outbox';
import { Session } from '#models/session';
import { useDatabase } from '#test/support/database';
import { echoParts, startBot } from '#test/support/echo-bot';

const A = '+919812300001';

useDatabase();

async function eventually(check: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never: ${what}`);
}

describe('a turn of the bot', () => {
  it('stores, answers and logs a message, and leaves the inbox done', async () => {
    const parts = echoParts();
    const bot = await startBot(parts);
    await parts.channel.write(A, 'namaste');
    const [first] = await parts.channel.wait(A, 1);
    expect(first?.text).toContain('ready');
    await bot.stop();
    const row = await Inbox.findOne({ chatId: { $exists: true } }).lean();
    expect(row?.state).toBe('done');
    expect(await Outbox.countDocuments({ state: 'sent' })).toBe(1);
    expect((await Interaction.find().lean()).map(({ kind }) => kind).sort()).toEqual(['message-in', 'message-out']);
  });

  it('counts the same message once, however often it comes', async () => {
    const parts = echoParts();
    const bot = await startBot(parts);
    const from = '+919812300002';
    const stored = await Promise.all([1, 2, 3].map(() => parts.channel.write(from, 'hello', { id: 'same' })));
    expect(stored.filter((one) => one === 'new')).toHaveLength(1);
    await parts.channel.wait(from, 1);
    await bot.stop();
    expect(parts.channel.sent.filter(({ to }) => to === from)).toHaveLength(1);
  });

  it('answers quick free texts together, each as a turn of its own and in order', async () => {
    const parts = echoParts({ quietMs: () => 200 });
    const bot = await startBot(parts);
    const from = '+919812300003';
    await parts.channel.write(from, 'start');
    await parts.channel.wait(from, 1);
    for (const text of ['one', 'two', 'three']) await parts.channel.write(from, text);
    const answers = await parts.channel.wait(from, 2);
    await bot.stop();
    expect(answers.at(-1)?.text).toMatch(/heard one[\s\S]*heard two[\s\S]*heard three/);
    const session = await Session.findOne({ 'position.data.heard': 3 }).lean();
    expect(session).not.toBeNull();
  });

  it('lays a message aside after three failed tries, says sorry, and goes on with the next', async () => {
    const parts = echoParts();
    const bot = await startBot(parts);
    const from = '+919812300004';
    await parts.channel.write(from, 'start');
    await parts.channel.wait(from, 1);
    await parts.channel.write(from, 'boom');
    await parts.channel.wait(from, 2);
    await parts.channel.write(from, 'after');
    const answers = await parts.channel.wait(from, 3);
    await bot.stop();
    expect(answers[1]?.text).toBe('bot.sorry');
    expect(answers[2]?.text).toContain('heard after');
    const dead = await Inbox.find({ state: 'dead' }).lean();
    expect(dead.map(({ reason }) => reason)).toEqual(['Error: boom']);
  });

  it('takes over what another bot left behind, once', async () => {
    const first = echoParts();
    const from = '+919812300005';
    const bot = await startBot(first);
    await first.channel.write(from, 'start');
    await first.channel.wait(from, 1);
    await bot.stop();
    // A message that was stored but never handled, and a chat whose owner died holding the lease.
    await Session.updateMany(
      {},
      {
        $set: {
          lease: { owner: `${(await import('node:os')).hostname()}:999999:x`, until: new Date(Date.now() + 60_000) },
        },
      },
    );
    const row = await Inbox.findOne({ state: 'done' }).sort({ seq: -1 }).lean();
    await Inbox.collection.insertOne({
      ...row,
      _id: 'left' as never,
      text: 'left behind',
      state: 'new',
      receivedAt: new Date(Date.now() - 5_000),
    } as never);
    const second = echoParts();
    const next = await startBot(second);
    const [answer] = await second.channel.wait(from, 1);
    expect(answer?.text).toContain('heard left behind');
    await next.stop();
    expect((await Inbox.findById('left').lean())?.state).toBe('done');
  });

  it('sends a transactional message again after a refusal, with the same text and id', async () => {
    const parts = echoParts();
    const tries: string[] = [];
    parts.channel.answer = (message) => {
      tries.push(`${message.id}|${message.text}`);
      return tries.length === 1
        ? { kind: 'refused', reason: 'busy', retry: true }
        : { kind: 'sent', providerId: message.id };
    };
    const bot = await startBot(parts);
    const from = '+919812300006';
    await parts.channel.write(from, 'hi');
    await parts.channel.wait(from, 1);
    await bot.stop();
    expect(tries).toHaveLength(2);
    expect(tries[0]).toBe(tries[1]);
  });

  it('leaves no reply behind when the process dies between commit and outbox', async () => {
    const parts = echoParts();
    const bot = await startBot(parts);
    const from = '+919812300007';
    await parts.channel.write(from, 'hi');
    await parts.channel.wait(from, 1);
    await bot.stop();
    const session = await Session.findOne({ 'pending.0': { $exists: true } })
      .sort({ updatedAt: -1 })
      .lean();
    const key = session?.pending[0]?.key as string;
    await Outbox.deleteOne({ _id: key });
    const again = echoParts();
    const next = await startBot(again);
    await again.channel.wait(from, 1);
    await eventually(async () => (await Outbox.findById(key).lean())?.state === 'sent', 'the owed reply is sent');
    await next.stop();
  });

  it('still says what an earlier owner had committed and not yet queued, when the next message comes first', async () => {
    const parts = echoParts();
    const bot = await startBot(parts);
    const from = '+919812300008';
    await parts.channel.write(from, 'hi');
    await parts.channel.wait(from, 1);
    const session = await Session.findOne({ pending: { $exists: true } })
      .sort({ updatedAt: -1 })
      .lean();
    await bot.stop();
    const next = echoParts();
    const other = await startBot(next);
    const owed = {
      key: 'reply:owed:0',
      inboxId: 'owed',
      replies: [{ copy: 'owed words' }],
      language: 'en',
      at: new Date(),
    };
    await Session.collection.updateOne({ _id: session?._id as never }, { $set: { pending: [owed] } } as never);
    await next.channel.write(from, 'after');
    await eventually(async () => (await Outbox.findById(owed.key).lean())?.state === 'sent', 'the owed reply is sent');
    await other.stop();
    expect(next.channel.sent.some(({ text }) => text === 'owed words')).toBe(true);
  });
});
