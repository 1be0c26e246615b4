import { expect, it } from 'vitest';
import '#main/all-models';
import { HANDLED_KEPT } from '#domain/sessions';
import { Inbox } from '#models/inbox';
import { Session } from '#models/session';
import { pause } from '#test/fault/shop';
import { useDatabase } from '#test/support/database';
import { echoParts, startBot } from '#test/support/echo-bot';

const FROM = '+919812370001';
/** More than a session remembers by id. */
const MANY = 120;

useDatabase();

async function allDone(): Promise<void> {
  const end = Date.now() + 30_000;
  while ((await Inbox.countDocuments({ state: 'new' })) > 0) {
    if (Date.now() > end) throw new Error('messages are left');
    await pause(20);
  }
}

it('a message that waited here while another bot handled it and a hundred more is not handled again', async () => {
  const one = echoParts({ quietMs: () => 0, owner: 'elsewhere:1:one' });
  const two = echoParts({ quietMs: () => 0, owner: 'elsewhere:2:two' });
  const first = await startBot(one);
  await one.channel.write(FROM, 'start');
  await one.channel.wait(FROM, 1);
  const second = await startBot(two);
  await two.channel.write(FROM, 'late');
  await allDone();
  for (let n = 0; n < MANY; n += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => one.channel.write(FROM, `${n + i}`)));
    await allDone();
  }
  expect(second.waiting()).toBe(1);
  await first.stop();
  const end = Date.now() + 30_000;
  while (second.waiting() > 0 && Date.now() < end) await pause(20);
  const session = await Session.findOne().lean();
  expect(session?.position).toMatchObject({ data: { heard: MANY + 1 } });
  expect(two.channel.sent).toEqual([]);
  await second.stop();
}, 120_000);

it('no more turns are committed than the session remembers while their messages cannot be marked as done', async () => {
  const from = '+919812370002';
  const parts = echoParts({ quietMs: () => 0 });
  const bot = await startBot(parts);
  await parts.channel.write(from, 'start');
  await parts.channel.wait(from, 1);
  await allDone();
  const heard = async () => (await Session.findOne({ 'lease.owner': parts.owner }).lean())?.position;
  const marks = Inbox.collection as unknown as { updateMany(...args: unknown[]): Promise<unknown> };
  const real = marks.updateMany.bind(marks);
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  marks.updateMany = async (...args) => {
    await gate;
    return real(...args);
  };
  try {
    await Promise.all(Array.from({ length: MANY * 2 }, (_, n) => parts.channel.write(from, `${n}`)));
    await pause(2_000);
    const { data } = (await heard()) as { data: { heard: number } };
    expect(data.heard).toBeGreaterThan(0);
    expect(data.heard).toBeLessThanOrEqual(HANDLED_KEPT);
  } finally {
    open();
    marks.updateMany = real;
  }
  await allDone();
  expect(await heard()).toMatchObject({ data: { heard: MANY * 2 } });
  await bot.stop();
}, 120_000);

it('a message is laid aside only by the bot that still has the chat, and never without a word', async () => {
  const from = '+919812370003';
  const parts = echoParts({ quietMs: () => 0 });
  const bot = await startBot(parts);
  await parts.channel.write(from, 'start');
  await parts.channel.wait(from, 1);
  await allDone();
  const sessions = Session.collection as unknown as { bulkWrite(...args: unknown[]): Promise<unknown> };
  const real = sessions.bulkWrite.bind(sessions);
  let steppedIn = false;
  sessions.bulkWrite = async (...args) => {
    if (!steppedIn && JSON.stringify(args[0]).includes('"dead:')) {
      steppedIn = true;
      await Session.updateMany({ 'lease.owner': parts.owner }, { $inc: { fence: 1 } });
    }
    return real(...args);
  };
  try {
    await parts.channel.write(from, 'boom');
    const [, sorry] = await parts.channel.wait(from, 2, 20_000);
    expect(sorry?.text).toBe('bot.sorry');
    await allDone();
    expect(steppedIn).toBe(true);
    expect(await Inbox.countDocuments({ state: 'dead' })).toBe(1);
  } finally {
    sessions.bulkWrite = real;
  }
  await bot.stop();
}, 60_000);
