import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { createSimulatorChannel } from '#channels/simulator/channel';
import type { Inbound, Outbound } from '#ports/channel';
import { createServer } from '#server/server';
import type { SimulatedPayment } from '#server/simulator/handlers';
import { listen } from '../unit/server-fixtures.ts';
import { memoryLog } from '../unit/simulator-memory-log.ts';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Is where a browser was found on this machine, if one was. */
export const chromiumPath = PLACES.find((path) => path !== undefined && existsSync(path));

/** Starts a browser without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
}

/** Starts a server with a shop that only pretends: it knows one deal, one team link and one order. */
export async function startPretendedShop() {
  let made = 0;
  let ahead = 0;
  const heard: Inbound[] = [];
  const payments: SimulatedPayment[] = [];
  const now = () => new Date(Date.now() + ahead);
  const channel = createSimulatorChannel({ log: memoryLog(), now, newId: () => `m${++made}`, receipts: false });
  let url = '';
  const send = (message: Outbound) => channel.send(message, AbortSignal.timeout(2_000));
  await channel.start({
    onInbound: async (message) => {
      heard.push(message);
      await channel.typing?.(message.from);
      await send({ id: `reply:${message.id}`, to: message.from, ...answer(message, url) });
      return { stored: 'new' };
    },
    onDelivery: async () => undefined,
  });
  const view = { kind: 'found', title: 'Basmati rice 5 kg', teamPrice: '₹349', soloPrice: '₹420', size: 3 } as const;
  const found = async () =>
    ({ ...view, inviter: 'Asha', state: { kind: 'open', missing: 1 }, imageUrl: '/pictures/deal/d1.png' }) as const;
  const names = { en: 'Basmati rice 5 kg', hi: 'बासमती चावल 5 किलो' };
  const card = { names, teamPrice: '₹349', soloPrice: '₹420', size: 3, saving: '₹71', artwork: 'rice' };
  const order = {
    title: 'Basmati rice 5 kg',
    amount: 34_900,
    currency: 'INR',
    amountText: '₹349',
    status: 'not paid yet',
  };
  const app = createServer({
    publicUrl: 'https://shop.example',
    botNumber: '+919800000000',
    health: async () => ({ ok: true }),
    landing: { invite: found, team: found },
    ownData: async () => null,
    pictures: { deal: async (_id, language) => ({ ...card, language }), upi: async () => 'upi://pay?pa=shop@bank' },
    simulator: {
      channel,
      now,
      onPayment: async (event) => {
        payments.push(event);
        const text = '✅ ₹349 received. Your seat is safe.';
        await send({ id: `paid:${payments.length}`, to: heard.at(-1)?.from ?? '', text, options: [] });
      },
      order: async (orderId) => ({ ...order, orderId }),
      advanceClock: async (seconds) => {
        ahead += seconds * 1_000;
      },
      linkCustomer: async (_phone, importId) =>
        importId === '17850'
          ? { kind: 'linked' }
          : { kind: 'refused', reason: `There is no imported customer ${importId}.` },
    },
  });
  const listening = await listen(app);
  url = listening.url;
  const close = async () => {
    await channel.stop();
    listening.close();
  };
  return { url, heard, payments, channel, send, close };
}

function answer({ text, option, kind }: Inbound, url: string): Omit<Outbound, 'id' | 'to'> {
  if (option === 'join' || text === '1')
    return {
      text: `*Your seat is held for 15 minutes.*\nPay ₹349 here: ${url}/pay/o_1\n\nIf the team is not filled you get all of it back.`,
      options: [],
      orderId: 'o_1',
    };
  if (text.toLowerCase() === 'invite')
    return {
      text: `Forward this to your friends:\nhttps://wa.me/919800000000?text=JOIN%20AB2C4D\nor ${url}/t/AB2C4D`,
      options: [],
    };
  if (kind !== 'text' && kind !== 'option')
    return { text: 'धन्यवाद! मैं अभी तस्वीरें नहीं समझती। 1, 2 या 3 लिखिए।', options: [] };
  if (!/hi|deal|नमस्ते|join/i.test(text)) return { text: `_${text}_ — that I did not understand.`, options: [] };
  return {
    text: 'बासमती चावल 5 किलो\n*₹349* (₹71 कम) · 2 और चाहिए · आज रात 9 बजे तक\n\n1 टोली शुरू करें\n2 अकेले खरीदें ₹420\n0 वापस',
    options: [
      { id: 'join', label: 'टोली शुरू करें', number: '1' },
      { id: 'alone', label: 'अकेले खरीदें ₹420', number: '2' },
    ],
    image: { url: 'https://shop.example/pictures/deal/d1.png?lang=hi', alt: 'A sack of rice' },
  };
}
