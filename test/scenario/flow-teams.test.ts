import { beforeEach, describe, expect, test } from 'vitest';
import { forgetLiveDeals } from '#domain/deals';
import { forgetPopular } from '#domain/popular-products';
import { Team } from '#models/team';
import { useDatabase } from '#test/support/database';
import { arrives, later, latestOrder, openTown, pays, says, stable, teamCode } from './flow-town.ts';

const database = useDatabase();

beforeEach(async () => {
  await database.clear();
  forgetLiveDeals();
  forgetPopular();
});

describe('a team', () => {
  test('is found in the list with who is missing, and several are offered fullest first', async () => {
    const { scene } = await openTown();
    for (const name of ['Asha', 'Ravi']) {
      const leader = await arrives(scene, name, 'hi');
      await says(leader, 'DEAL 10', '3', 'DEAL 10');
      const own = (await leader.say('DEAL 10')).match(/^(\d) अपनी टोली शुरू करूँ/m)?.[1] ?? '1';
      await says(leader, own, '333001', 'मकान 12', 'हाँ');
      await pays(scene, leader);
    }
    const mary = await arrives(scene, 'Mary', 'en');
    expect(await says(mary, 'DEAL 10')).toMatch(/1 Join a team: ₹549 · 2 more people needed/);
    expect(await mary.say('2')).toMatch(/Which team\?[\s\S]*1 Join a team[\s\S]*2 Join a team/);
  });

  test('that changed while the list was on the screen is shown anew, not joined', async () => {
    const { scene } = await openTown();
    const asha = await arrives(scene, 'Asha', 'hi-Latn');
    await says(asha, 'DEAL 2', '1', '1', '333001', 'Makaan 12', 'haan');
    await pays(scene, asha);
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 2');
    const ravi = await arrives(scene, 'Ravi', 'hi-Latn');
    await says(ravi, `JOIN ${await teamCode()}`, '1', '1', '333001', 'Makaan 3', '2', 'haan');
    const answer = await mary.say('1');
    expect(answer).toMatch(/^\[.*\]\nThat list is old/);
    expect(answer).toContain('1 more person needed');
  });

  test('that was full when her money came goes on as a new team, as she wished', async () => {
    const { clock, scene } = await openTown();
    const asha = await arrives(scene, 'Asha', 'hi-Latn');
    await says(asha, 'DEAL 4', '1', '333001', 'Makaan 12', 'haan');
    await pays(scene, asha);
    const code = await teamCode();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, `JOIN ${code}`, '1', '333001', '12 School Road', '1', 'yes');
    await later(clock, scene, 0.5);
    const ravi = await arrives(scene, 'Ravi', 'hi-Latn');
    await says(ravi, `JOIN ${code}`, '1', '333001', 'Makaan 3', '2', 'haan');
    await pays(scene, ravi);
    await pays(scene, mary);
    await mary.notices();
    await says(mary, 'my team');
    await expect(stable(scene.transcript())).toMatchFileSnapshot('./transcripts/spill-over.txt');
    expect(await Team.countDocuments({ state: 'open' })).toBe(1);
  });

  test('can be left with the money back, and the next member leads on by the same clock', async () => {
    const { scene } = await openTown();
    const asha = await arrives(scene, 'Asha', 'hi-Latn');
    await says(asha, 'DEAL 2', '1', '1', '333001', 'Makaan 12', 'haan');
    await pays(scene, asha);
    const before = await Team.findOne({ state: 'open' }).lean();
    const ravi = await arrives(scene, 'Ravi', 'hi');
    await says(ravi, `JOIN ${await teamCode()}`, '1', '1', '333001', 'मकान 3', '2', 'हाँ');
    await pays(scene, ravi);
    expect(await says(asha, 'meri toli', '2', 'haan')).toMatch(/₹255 .* tak wapas aayenge/);
    expect(await ravi.notices()).toContain('मुखिया अब आप हैं');
    expect(await Team.findOne({ state: 'open' }).lean()).toMatchObject({ expiresAt: before?.expiresAt });
    expect(await says(asha, 'mere paise')).toContain('₹255');
    expect(await latestOrder(asha)).toMatchObject({ state: 'refund-pending' });
  });

  test('takes no more cash seats than half, and offers to pay online instead', async () => {
    const { scene } = await openTown(['simulated', 'cod']);
    const asha = await arrives(scene, 'Asha', 'hi-Latn');
    await says(asha, 'DEAL 8', '1', '333001', 'Makaan 12', '2', 'haan', 'haan');
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, `JOIN ${await teamCode()}`, '1', '333001', '12 School Road', '2', '2');
    const answer = await mary.say('yes');
    expect(answer).toContain('No more cash seats are free in this team');
    expect(answer).toContain('Pay online');
    expect(await mary.say('yes')).toContain('Your seat is kept');
  });
});
