import { beforeEach, describe, expect, test } from 'vitest';
import { forgetLiveDeals, stopDeal } from '#domain/deals';
import { markDelivered } from '#domain/orders';
import { forgetPopular } from '#domain/popular-products';
import { Deal } from '#models/deal';
import { useDatabase } from '#test/support/database';
import { arrives, later, latestOrder, openTown, pays, says, stable, teamCode } from './flow-town.ts';

const database = useDatabase();

beforeEach(async () => {
  await database.clear();
  forgetLiveDeals();
  forgetPopular();
});

describe('the circle of two phones', () => {
  test('A starts, pays and shares; B joins by the link and pays; C comes late; the reward is explained and spent', async () => {
    const { clock, deps, scene } = await openTown();
    const asha = await arrives(scene, 'Asha', 'hi-Latn');
    await says(asha, 'DEAL 4', '1', '333001', 'Makaan 12, mandir ke paas', '1');
    await pays(scene, asha);
    await asha.notices();
    await says(asha, 'meri toli', '1');

    const ravi = scene.phone('Ravi');
    const code = await teamCode();
    const { inviteCode } = await asha.customer();
    await says(ravi, `JOIN ${code} ${inviteCode}`, '1', '2', '1', '333001', 'School ke saamne', '2', '1');
    await pays(scene, ravi);
    await ravi.notices();
    await asha.notices();
    await says(ravi, 'मेरी टोली');
    await says(asha, 'invite', '2');

    const mary = scene.phone('Mary');
    await says(mary, `JOIN ${code}`, '3', 'no');

    await markDelivered(deps, { orderId: (await latestOrder(ravi))._id, actor: 'test' });
    await ravi.notices();
    await says(asha, 'invite', '2');
    await later(clock, scene, 8 * 24);
    await asha.notices();
    await says(asha, 'mere paise', '0');
    await says(asha, 'DEAL 2', '1', '1', '1', 'haan', 'haan');
    await expect(stable(scene.transcript())).toMatchFileSnapshot('./transcripts/circle.txt');
    expect((await latestOrder(asha)).credit).toBeGreaterThan(0);
  });

  test('a team that is not filled refunds by the clock and says so in Hindi', async () => {
    const { clock, scene } = await openTown();
    const asha = await arrives(scene, 'Asha', 'hi');
    await says(asha, 'DEAL 6', '1', '333001', 'मकान 12', 'हाँ');
    await pays(scene, asha);
    await asha.notices();
    await says(asha, 'मेरे पैसे');
    await later(clock, scene, 49);
    await asha.notices();
    await says(asha, 'मेरे पैसे');
    await expect(stable(scene.transcript())).toMatchFileSnapshot('./transcripts/not-filled.txt');
  });
});

describe('a seat', () => {
  test('that is not paid is given back, and a changed price is never paid unseen', async () => {
    const { clock, scene } = await openTown();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 4', '1', '333001', '12 School Road', 'yes');
    await says(mary, '1');
    await later(clock, scene, 1);
    await mary.notices();
    await says(mary, '1');
    await expect(stable(scene.transcript())).toMatchFileSnapshot('./transcripts/not-paid.txt');
  });

  test('in cash counts only after an explicit yes, and can be declined', async () => {
    const { scene } = await openTown(['simulated', 'cod']);
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 8', '1', '333001', '12 School Road', '2', 'yes');
    expect(await latestOrder(mary)).toMatchObject({ state: 'placed', method: 'cod' });
    expect(await mary.say('yes')).toContain('your seat counts');
    expect(await latestOrder(mary)).toMatchObject({ state: 'paid' });
    await mary.notices();
    await says(mary, 'my team', '2', 'yes');
    await expect(stable(scene.transcript())).toMatchFileSnapshot('./transcripts/cash.txt');
  });

  test('by UPI is kept while the reference is checked, and a leader hears when she can share', async () => {
    const { scene } = await openTown(['upi']);
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 4', '1', '333001', '12 School Road', 'yes');
    await mary.send('image');
    await says(mary, '12345', 'UTR 4123 4567 8901', 'my team');
    const ravi = await arrives(scene, 'Ravi', 'hi-Latn');
    await says(ravi, 'DEAL 4', '1', '333001', 'School ke paas', 'haan', '412345678901');
    await expect(stable(scene.transcript())).toMatchFileSnapshot('./transcripts/upi.txt');
  });

  test('in a team that filled up meanwhile is answered with a way on', async () => {
    const { scene } = await openTown();
    const asha = await arrives(scene, 'Asha', 'hi-Latn');
    await says(asha, 'DEAL 4', '1', '333001', 'Makaan 12', '1');
    await pays(scene, asha);
    const code = await teamCode();
    const [ravi, mary] = [await arrives(scene, 'Ravi', 'hi-Latn'), await arrives(scene, 'Mary', 'en')];
    await says(mary, `JOIN ${code}`, '1', '333001', '12 School Road', '2');
    await says(ravi, `JOIN ${code}`, '1', '333001', 'Makaan 3', '2', 'haan');
    expect(await mary.say('yes')).toMatch(/That team just filled up|That team is complete/);
    expect(await says(mary, `JOIN ${code}`)).toContain('That team just filled up');
  });

  test('for new shoppers, a second one in the same deal, and a stopped deal each get their own sentence', async () => {
    const { deps, scene } = await openTown();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 3', '2', '1', '1', 'yes');
    await pays(scene, mary);
    expect(await says(mary, 'DEAL 7', '1', '333001', '12 School Road', 'yes')).toContain('only for a first order');
    await says(mary, 'DEAL 4', '1', '1', 'yes', 'menu');
    expect(await says(mary, 'DEAL 4', '1', '1', 'yes')).toContain('already have a seat');
    await says(mary, 'DEAL 10');
    await stopDeal(deps, 'd_town_ghee');
    expect(await mary.say('1')).toMatch(/That list is old|That deal is over/);
  });

  test('that was paid with the wrong amount is answered by where the money is', async () => {
    const { scene } = await openTown();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 4', '1', '333001', '12 School Road', 'yes');
    await pays(scene, mary, 100_00);
    expect(await mary.notices()).toContain('the amount was not the right one');
    const answer = await mary.say('1');
    expect(answer).not.toContain('seat is settled');
    expect(await says(mary, 'my money')).toContain('₹100');
  });

  test('whose price changed before the last yes is not taken, and both prices are said', async () => {
    const { scene } = await openTown();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 4', '1', '333001', '12 School Road');
    await Deal.updateOne({ number: 4 }, { $set: { teamPrice: 239_00 } });
    forgetLiveDeals();
    expect(await mary.say('yes')).toContain('The price is ₹239 now, no longer ₹229. Nothing was bought.');
    await expect(latestOrder(mary)).rejects.toThrow('no order');
  });

  test('is not sold where the deal is not brought to', async () => {
    const { scene } = await openTown();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 9', '1');
    expect(await mary.say('110001')).toContain('do not bring this to 110001');
    expect(await mary.say('333011')).toContain('address');
  });

  test('can be given back before it is paid', async () => {
    const { scene } = await openTown();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 4', '1', '333001', '12 School Road', 'yes', '2');
    expect(await mary.say('yes')).toContain('Nothing was charged');
    expect(await latestOrder(mary)).toMatchObject({ state: 'released' });
  });

  test('is bought alone at the solo price, with several units at a pick-up point', async () => {
    const { scene } = await openTown();
    const mary = await arrives(scene, 'Mary', 'en');
    await says(mary, 'DEAL 3', '2', '3', '1', 'yes');
    expect(await latestOrder(mary)).toMatchObject({ total: 3 * 420_00, place: { kind: 'pickup' } });
    await pays(scene, mary);
    expect(await mary.notices()).toContain('is yours for');
    await says(mary, 'my orders', '1');
    await expect(stable(scene.transcript())).toMatchFileSnapshot('./transcripts/alone.txt');
  });
});
