import { beforeEach, describe, expect, test } from 'vitest';
import { forgetLiveDeals } from '#domain/deals';
import { forgetPopular } from '#domain/popular-products';
import { Consent } from '#models/consent';
import { Deal } from '#models/deal';
import { Interaction } from '#models/interaction';
import { seedTown } from '#seed/town';
import { useDatabase } from '#test/support/database';
import { flowDeps, openScene, sceneClock } from './flow-support.ts';

const database = useDatabase();

beforeEach(async () => {
  await database.clear();
  forgetLiveDeals();
  forgetPopular();
});

async function openTown() {
  const clock = sceneClock();
  const deps = flowDeps(clock);
  await seedTown(deps, { people: 40, seed: 3 });
  return { clock, scene: openScene(deps) };
}

describe('a first visit', () => {
  test('is welcomed in her language, asked for consent, and shown deals and one of them', async () => {
    const { scene } = await openTown();
    for (const [name, language, no] of [
      ['Asha', '1', 'नहीं'],
      ['Ravi', '2', 'haan'],
      ['Mary', '3', 'no'],
    ] as const) {
      scene.note(name);
      const phone = scene.phone(name);
      for (const text of ['hi', language, no, '1', '1', '0', 'MENU']) await phone.say(text);
    }
    await expect(scene.transcript()).toMatchFileSnapshot('./transcripts/first-visit.txt');
  });

  test('records the answer about offers with its words, and serves her either way', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Asha');
    for (const text of ['hello', '3', '2']) await phone.say(text);
    expect(await Consent.find({}).lean()).toMatchObject([
      { granted: false, textVersion: 'marketing-1', language: 'en' },
    ]);
    expect(await phone.say('1')).toContain('Today for you');
    expect((await phone.customer()).welcomed).toBe(true);
  });

  test('stops and starts offers at any step, and the question stays open', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Asha');
    for (const text of ['hello', '3', 'yes']) await phone.say(text);
    expect((await phone.customer()).marketing).toBe(true);
    const answer = await phone.say('STOP');
    expect(answer).toContain('no more offers');
    expect(answer).toContain('What would you like?');
    expect((await phone.customer()).marketing).toBe(false);
    await phone.say('start');
    expect((await phone.customer()).marketing).toBe(true);
  });
});

describe('a list on the screen', () => {
  test('that names an old price is answered by today’s list, never by a purchase', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Mary');
    for (const text of ['hello', '3', 'no', '1']) await phone.say(text);
    await Deal.updateMany({}, { $inc: { teamPrice: 500 } });
    forgetLiveDeals();
    expect(await phone.say('1')).toMatch(/^That list is old/);
  });

  test('that is a day old is shown anew', async () => {
    const { scene, clock } = await openTown();
    const phone = scene.phone('Mary');
    for (const text of ['hello', '3', 'no', '1']) await phone.say(text);
    clock.forward(26 * 60);
    expect(await phone.say('2')).toMatch(/^That list is old/);
  });

  test('has five lines at most, and "more" leads through all deals', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Mary');
    for (const text of ['hello', '3', 'no']) await phone.say(text);
    const first = await phone.say('1');
    expect(first.match(/^\d+ /gm)).toEqual(['1 ', '2 ', '3 ', '4 ', '5 ']);
    expect(first).toContain('5 More deals');
    expect(await phone.say('5')).toContain('More for you');
  });

  test('is understood by number in any script, by word, and helped after bad answers', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Asha');
    for (const text of ['hello', '१', 'नहीं', 'एक']) await phone.say(text);
    await phone.say('qwrty zxcv');
    await phone.say('qwrty zxcv');
    await phone.say('qwrty zxcv');
    await phone.send('voice');
    await phone.say('9');
    await expect(scene.transcript()).toMatchFileSnapshot('./transcripts/bad-answers.txt');
  });
});

describe('what a shopper looks for', () => {
  test('is found by a word of any language, and kept as a wish when it is not there', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Ravi');
    for (const text of ['hello', '2', 'no']) await phone.say(text);
    await phone.say('khojo');
    expect(await phone.say('चाय')).toContain('Chai patti');
    expect(await phone.say('chawal chahiye')).toContain('Basmati chawal');
    await phone.say('khojo');
    expect(await phone.say('helicopter')).toContain('"helicopter"');
    expect(await Interaction.find({ kind: 'wish' }).lean()).toMatchObject([{ data: { search: 'helicopter' } }]);
  });

  test('is opened by the number a broadcast names', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Ravi');
    for (const text of ['hello', '2', 'no']) await phone.say(text);
    expect(await phone.say('DEAL 3')).toContain('Basmati chawal');
    expect(await phone.say('deal 99')).toContain('Is number ka koi offer nahi hai');
  });
});

describe('an invitation code', () => {
  test('welcomes a new friend first and then brings her to the deals', async () => {
    const { scene } = await openTown();
    const asha = scene.phone('Asha');
    for (const text of ['hi', '3', 'no', 'invite', '1']) await asha.say(text);
    const { inviteCode } = await asha.customer();
    const ravi = scene.phone('Ravi');
    await ravi.say(`Ye dekho JOIN ${inviteCode.toLowerCase()} 🙏`);
    await ravi.say('2');
    const answer = await ravi.say('haan');
    expect(answer).toContain('Aapke dost ne aapko bulaya hai');
    expect(answer).toContain('Aaj aapke liye');
    expect(await asha.notices()).toContain('came by your invitation');
  });

  test('that nobody has, and one’s own, each get their own sentence', async () => {
    const { scene } = await openTown();
    const asha = scene.phone('Asha');
    for (const text of ['hi', '3', 'no']) await asha.say(text);
    const { inviteCode } = await asha.customer();
    expect(await asha.say(`JOIN ${inviteCode}`)).toContain('your own code');
    expect(await asha.say('JOIN K7MPXQ9')).toContain('I do not know that code');
  });
});

describe('her own things', () => {
  test('name, address and language are shown and changed, and her data is hers', async () => {
    const { scene } = await openTown();
    const phone = scene.phone('Mary');
    for (const text of [
      'hello',
      '3',
      'no',
      'help',
      '4',
      '1',
      'Mary D',
      '2',
      '333001',
      '12 School Road',
      'help',
      '4',
      '4',
    ])
      await phone.say(text);
    expect(await phone.customer()).toMatchObject({
      name: 'Mary D',
      place: { text: '12 School Road', pinCode: '333001' },
    });
    expect(await phone.say('1')).toMatch(/All of it is here until .*\/my-data\/c_/);
    await phone.say('delete my data');
    expect(await phone.say('yes')).toContain('deleted within the hour');
    await phone.say('language');
    expect(await phone.say('हिन्दी')).toContain('ठीक है');
  });
});
