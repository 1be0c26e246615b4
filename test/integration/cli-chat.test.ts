import { beforeEach, expect, it } from 'vitest';
import { customerForAddress } from '#domain/customers';
import { logInteractions } from '#domain/interactions';
import { Audit } from '#models/audit';
import { Inbox } from '#models/inbox';
import { Outbox } from '#models/outbox';
import { Session } from '#models/session';
import { useDatabase } from '#test/support/database';
import { inboxRow } from '#test/support/healthy-market';
import { type Market, testMarket } from '#test/support/market';
import { toliOver } from '#test/support/toli';

const database = useDatabase();
const PHONE = '+919812345678';
let market: Market;
let her: string;
const toli = toliOver(() => market.deps);
const steps = async (...words: string[]) => {
  market.clock.advance(1);
  return toli(...words);
};
const audits = () => Audit.find().sort({ at: 1 }).lean();

beforeEach(async () => {
  await database.clear();
  market = testMarket();
  const at = market.clock.now();
  her = (await customerForAddress(market.deps, { channel: 'simulator', address: PHONE, at }))._id;
  const lease = { owner: 'bot', until: at };
  const chat = { customerId: her, channel: 'simulator', fence: 1, lease, rev: 1, position: null, updatedAt: at };
  await Session.create({ ...chat, _id: 'simulator:k1', handled: [], pending: [] });
  await logInteractions([{ _id: 'w1', customerId: her, kind: 'wish', at, data: { wish: 'person' } }]);
});

it('lists who asked for a person, takes her chat, says something and gives it back, each in one audit row', async () => {
  expect((await toli('chat', 'list')).lines).toContain('asked for a person at Sun, 22 Nov 2026, 11:30 GMT+5:30');
  expect(await toli('chat', 'take', PHONE)).toMatchObject({ code: 0, result: { kind: 'taken' } });
  expect((await toli('chat', 'list')).result).toMatchObject([{ customerId: her, state: 'taken' }]);
  expect(await steps('chat', 'say', her, 'Your', 'parcel', 'left')).toMatchObject({
    code: 0,
    result: { kind: 'said' },
  });
  const [said] = await Outbox.find().lean();
  expect(said?.replies).toEqual([{ copy: 'bot.person-says', params: { text: 'Your parcel left' } }]);
  expect(await steps('chat', 'release', her)).toMatchObject({ code: 0, result: { kind: 'released' } });
  const rows = await audits();
  expect(rows.map(({ verb, target, ok }) => [verb, target, ok])).toEqual([
    ['chat take', her, true],
    ['chat say', her, true],
    ['chat release', her, true],
  ]);
  expect(JSON.stringify(rows)).not.toContain(PHONE.slice(1));
});

it('refuses to speak in a chat nobody took, and for somebody nobody knows', async () => {
  expect(await toli('chat', 'say', her, 'hello')).toMatchObject({ code: 1, result: { kind: 'not-taken' } });
  expect(await audits()).toMatchObject([{ verb: 'chat say', ok: false }]);
  expect(await toli('chat', 'take', '+919800000099')).toMatchObject({ code: 1, result: null });
});

it('lists dead messages and puts them back in line', async () => {
  await Inbox.create({ ...inboxRow('in_1', 'dead'), reason: 'three tries failed' });
  expect(await toli('dead', 'list')).toMatchObject({ code: 0, result: [{ id: 'in_1', reason: 'three tries failed' }] });
  expect(await toli('dead', 'replay')).toMatchObject({ code: 2 });
  expect(await toli('dead', 'replay', 'in_1')).toMatchObject({ code: 0, result: { replayed: 1 } });
  expect((await Inbox.findById('in_1').lean())?.state).toBe('new');
  expect(await audits()).toMatchObject([{ verb: 'dead replay', target: 'in_1', ok: true }]);
});
