import { afterAll, beforeAll, expect, it } from 'vitest';
import '#main/all-models';
import { Inbox } from '#models/inbox';
import { Session } from '#models/session';
import { pause } from '#test/fault/shop';
import { type WriteFaults, wrapWrites } from '#test/race/write-faults';
import { useDatabase } from '#test/support/database';
import { echoParts, startBot } from '#test/support/echo-bot';

const FULL = process.env['TOLI_TEST_FULL'] === '1';
const OUTAGE_MS = 300;
/** A reply whose row was claimed and perhaps not sent waits for its claim to run out (30 s) and the next look. */
const ANSWERED_WITHIN_MS = 60_000;
/** Stored, committed, reply kept, logged twice, marked sent, marked done. */
const WRITES_OF_A_TURN = [1, 2, 3, 4, 5, 6, 7];
/** A reply that could not be kept comes back by the repair loop only, which takes its time. */
const EVERYDAY = [1, 2, 4, 7];

useDatabase();
let faults: WriteFaults;
beforeAll(() => {
  faults = wrapWrites();
});
afterAll(() => faults.remove());

const points = (FULL ? WRITES_OF_A_TURN : EVERYDAY).flatMap((at) =>
  (FULL ? (['before', 'after'] as const) : (['before'] as const)).map((when) => ({ at, when })),
);

it('a bot goes on after the database was away at any write of a turn', async () => {
  const parts = echoParts({ quietMs: () => 0 });
  const bot = await startBot(parts);
  const lost: string[] = [];
  for (const [index, { at, when }] of points.entries()) {
    const from = `+91981236${1000 + index}`;
    await parts.channel.write(from, 'start');
    await parts.channel.wait(from, 1);
    await settled();
    faults.arm(at, when);
    const id = `outage-${index}`;
    const stored = await parts.channel.write(from, 'hello', { id }).catch(() => null);
    await pause(OUTAGE_MS);
    faults.revive();
    if (!stored) await parts.channel.write(from, 'hello', { id });
    await parts.channel
      .wait(from, 2, ANSWERED_WITHIN_MS)
      .then(settled)
      .catch((error: unknown) => lost.push(`${when} ${at}: ${String(error)}`));
  }
  expect(lost).toEqual([]);
  await bot.stop();
  const heard = await Session.find({}, { 'position.data.heard': 1, handled: 1 }).lean();
  expect(heard.filter(({ handled }) => handled.length !== 2)).toEqual([]);

  async function settled(): Promise<void> {
    const end = Date.now() + ANSWERED_WITHIN_MS;
    while (bot.waiting() > 0 || (await Inbox.countDocuments({ state: 'new' })) > 0) {
      if (Date.now() > end)
        throw new Error(`${bot.waiting()} in hand, ${await Inbox.countDocuments({ state: 'new' })} new`);
      await pause(20);
    }
  }
}, 900_000);
