import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '#main/all-models';
import { Order } from '#models/order';
import { stockShop } from '#test/fault/stories';
import { type ApiMessage, startWholeApp, type WholeApp } from '#test/fault/whole-app';
import { useDatabase } from '#test/support/database';

const A = '+919812340777';
const B = '+919812340888';
const NAME = 'Zanzibara Quillfeather';
const STREET = 'Marigold Lane 77, behind the well';
const database = useDatabase();

/** Lists the forms in which a number could be found by whoever looks for it. */
function formsOf(phone: string): string[] {
  const digits = phone.slice(1);
  const encoded = [phone, digits].flatMap((text) => [
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('hex'),
  ]);
  return [digits, digits.slice(2), `${digits.slice(2, 7)} ${digits.slice(7)}`, ...encoded];
}

/** Finds what must not be there, and says around it where it was. */
function found(text: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => {
    const at = text.indexOf(secret);
    return at < 0 ? [] : [`${secret} in …${text.slice(Math.max(0, at - 80), at + secret.length + 40)}…`];
  });
}

/** Writes every row of every collection as text. */
async function rows(shape: (row: mongoose.mongo.Document) => unknown): Promise<string> {
  const collections = (await mongoose.connection.db?.collections()) ?? [];
  const texts = collections.map(async (one) => {
    const all = await one.find().toArray();
    return all.map((row) => `${one.collectionName} ${JSON.stringify(shape(row))}`);
  });
  return (await Promise.all(texts)).flat().join('\n');
}

describe('a purchase by two people, with the log at its most talkative', () => {
  let app: WholeApp;
  let links: string[] = [];
  const pages: string[] = [];

  const says = async (phone: string, texts: readonly string[]): Promise<ApiMessage> => {
    let last: ApiMessage | undefined;
    for (const text of texts) last = await app.say(phone, text);
    return last as ApiMessage;
  };
  const pay = async ({ orderId, text }: ApiMessage) => {
    if (!orderId) throw new Error(`there is nothing to pay in: ${text}`);
    await app.post('/simulator/api/payments', { orderId, event: 'paid' });
  };
  const invitation = async (): Promise<string> => {
    for (let tries = 0; tries < 100; tries++) {
      const link = (await app.messages(A)).map(({ text }) => /JOIN \w{7} \w{7}/.exec(text)?.[0]).find(Boolean);
      if (link) return link;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('A was not told what to share');
  };

  beforeAll(async () => {
    await stockShop();
    app = await startWholeApp(database.uri());
    await says(A, ['hi', '3', 'yes', 'profile', '1', NAME, `call me at ${A}`, 'STOP', 'START']);
    await pay(await says(A, ['DEAL 1', '1', '333001', STREET, '1', 'yes']));
    await pay(await says(B, [await invitation(), '3', 'no', '1', '333001', STREET, '2', '1', 'yes']));
    await says(A, ['my money', 'my team', 'invite', 'talk to a person', 'menu']);
    await pay(await says(A, ['DEAL 2', '1', '1', '1', 'yes']));
    await app.post('/simulator/api/clock', { advanceSeconds: 26 * 3_600 });
    const [, team = '', sharer = ''] = /JOIN (\w{7}) (\w{7})/.exec(await invitation()) ?? [];
    for (const path of [`/t/${team}?by=${sharer}`, `/t/${team}`, `/r/${sharer}`]) pages.push(await app.get(path));
    links = (await app.messages(A)).flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? []);
  }, 180_000);
  afterAll(() => app?.end());

  it('leaves no number in the log, in an address or on a public page', async () => {
    expect(pages.filter((page) => page.includes('JOIN'))).toHaveLength(3);
    expect(links.length).toBeGreaterThan(2);
    const open = [app.said(), ...pages, ...links].join('\n');
    expect(found(open, [...formsOf(A), ...formsOf(B)])).toEqual([]);
    expect(found(app.said(), [NAME, STREET])).toEqual([]);
  });

  it('leaves a number in no row but where she wrote it herself, and a name in no key', async () => {
    expect(await Order.countDocuments({ state: { $in: ['confirmed', 'refunded'] } })).toBe(3);
    const hers = `call me at ${A}`;
    const all = (await rows((row) => row)).replaceAll(hers, '');
    expect(found(all, [...formsOf(A), ...formsOf(B)])).toEqual([]);
    const keys = await rows(({ _id, key, keys, chatId, phone }) => ({ _id, key, keys, chatId, phone }));
    expect(found(keys, [NAME, STREET])).toEqual([]);
  });

  it('would find a number that was left', async () => {
    await mongoose.connection.collection('marks').insertOne({ note: `a row about ${B.slice(1)}` });
    expect(found(await rows((row) => row), formsOf(B))).toHaveLength(2);
  });
});
