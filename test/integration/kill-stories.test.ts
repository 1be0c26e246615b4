import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '#main/all-models';
import { seededRandom } from '#lib/random';
import { Outbox } from '#models/outbox';
import { type Ending, ending } from '#test/fault/ending';
import { endSpares, openShop } from '#test/fault/shop';
import { restoreSnapshot, type Snapshot, takeSnapshot } from '#test/fault/snapshot';
import { play, STORIES, stageOf, stockShop } from '#test/fault/stories';
import type { KillPlan } from '#test/fault/wire';
import { differenceTo, wrongsAfter } from '#test/fault/wrongs';
import { useDatabase } from '#test/support/database';

/** Everyday runs die at a few points of each story, the full run before and after every write. */
const FULL = process.env['TOLI_TEST_FULL'] === '1';
const SAMPLE = 4;
const database = useDatabase();
afterAll(endSpares);

it.each(['before', 'after'])('dies %s a write as said: the row is there or it is not', async (when) => {
  const file = fileURLToPath(new URL('../fault/one-write.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, database.uri(), when]);
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  const written = await mongoose.connection.collection('marks').countDocuments({ when });
  expect(written).toBe(when === 'before' ? 0 : 1);
});

describe.each(STORIES)('a $name', (story) => {
  let start: Snapshot;
  let known: string[];
  let wanted: Ending;
  let writes: readonly string[];

  async function run(plan?: KillPlan) {
    await restoreSnapshot(start);
    const shop = await openShop(database.uri());
    const seen = await play(story, stageOf(shop), plan);
    await shop.end();
    return { shop, seen, wrong: await wrongsAfter(shop, known) };
  }

  beforeAll(async () => {
    await database.clear();
    await stockShop();
    const shop = await openShop(database.uri());
    await story.before(stageOf(shop));
    await shop.end();
    start = await takeSnapshot();
    known = (await Outbox.find({}, { _id: 1 }).lean()).map(({ _id }) => _id);
    const undisturbed = await run();
    expect(undisturbed.wrong).toEqual([]);
    writes = undisturbed.seen;
    wanted = await ending();
    console.log([`${story.name}: ${writes.length} writes`, ...writes.map((one, n) => `  ${n + 1} ${one}`)].join('\n'));
  }, 300_000);

  it('loses and doubles nothing wherever its process is killed', async () => {
    const points = writes.flatMap((_, n) => (['before', 'after'] as const).map((when) => ({ at: n + 1, when })));
    const random = seededRandom(writes.length);
    const chosen = FULL ? points : points.toSorted(() => random.unit() - 0.5).slice(0, SAMPLE);
    const failures: string[] = [];
    let reached = 0;
    for (const plan of chosen) {
      const { where, wrong } = await killed(plan);
      if (where !== '') reached += 1;
      console.log(
        `${story.name} ${plan.when} ${plan.at}: ${where || 'not reached'}: ${wrong.join(' | ') || 'all well'}`,
      );
      if (wrong.length > 0) failures.push(`${where}: ${wrong.join(' | ')}`);
    }
    expect(failures).toEqual([]);
    expect(reached).toBeGreaterThan(chosen.length / 2);
  }, 3_600_000);

  async function killed(plan: KillPlan): Promise<{ where: string; wrong: string[] }> {
    try {
      const { shop, wrong } = await run(plan);
      return { where: shop.deaths.join(', '), wrong: [...wrong, ...(await differenceTo(wanted))] };
    } catch (error) {
      return { where: `${plan.when} ${plan.at}`, wrong: [String(error)] };
    }
  }
});
