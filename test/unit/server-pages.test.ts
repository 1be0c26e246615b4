import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import type { LandingView } from '#server/landing/landing-view';
import { createServer, type ServerOptions } from '#server/server';
import { PAGE_LANGUAGES, wordsIn } from '#server/words';
import { bareServer, listen } from './server-fixtures.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function setUp(options: Partial<ServerOptions> = {}) {
  const { url, close } = await listen(createServer({ ...bareServer, ...options }));
  closers.push(close);
  return async (path: string, headers: Record<string, string> = {}) => {
    const res = await fetch(url + path, { headers: { accept: 'text/html', ...headers }, redirect: 'manual' });
    return { status: res.status, headers: res.headers, text: await res.text() };
  };
}

const team: LandingView = {
  kind: 'found',
  title: 'Basmati <rice> 5 kg',
  inviter: 'Asha',
  teamPrice: '₹349',
  soloPrice: '₹420',
  saving: '₹71',
  size: 3,
  state: { kind: 'open', missing: 1, until: '9 pm' },
  imageUrl: '/pictures/deal/d1.png',
};
const found = (view: LandingView): ServerOptions['landing'] => ({ invite: async () => view, team: async () => view });

describe('landing pages', () => {
  it('show the deal, both prices, the live state and a button into the chat', async () => {
    const get = await setUp({ landing: found(team), botNumber: '+919800000000' });
    const { status, text } = await get('/t/ab2c4d');
    expect(status).toBe(200);
    for (const part of ['₹349', '₹420', 'Save', 'Team of 3', '1 seat left, until 9 pm', 'Asha'])
      expect(text.toLowerCase()).toContain(part.toLowerCase());
    expect(text).toContain('href="https://wa.me/919800000000?text=JOIN%20AB2C4D"');
    expect(text).toContain('Basmati &lt;rice&gt; 5 kg');
  });

  it('carry the tags of a preview card with whole addresses', async () => {
    const get = await setUp({ landing: found(team), publicUrl: 'https://shop.example' });
    const { text } = await get('/t/AB2C4D');
    expect(text).toContain('property="og:image" content="https://shop.example/pictures/deal/d1.png"');
    expect(text).toContain('property="og:url" content="https://shop.example/t/AB2C4D"');
    expect(text).toMatch(/property="og:title" content="[^"]*Basmati &lt;rice&gt; 5 kg"/);
    expect(text).toContain('property="og:description" content="₹349 · 1 seat left, until 9 pm"');
  });

  it.each([
    [{ kind: 'full' }, 'This team is full'],
    [{ kind: 'ended' }, 'This deal is over'],
    [{ kind: 'open', missing: 2 }, '2 seats left'],
  ] as const)('say how the team stands: %j', async (state, words) => {
    const get = await setUp({ landing: found({ ...team, state }) });
    expect((await get('/t/AB2C4D')).text).toContain(words);
  });

  it('speak Hindi to a browser that prefers it, and either language when asked to', async () => {
    const get = await setUp({ landing: found(team) });
    const hindi = await get('/t/AB2C4D', { 'accept-language': 'hi-IN,hi;q=0.9,en;q=0.5' });
    expect(hindi.text).toContain('<html lang="hi">');
    expect(hindi.text).toContain('1 जगह बाकी');
    expect(hindi.headers.get('vary')).toContain('Accept-Language');
    expect((await get('/t/AB2C4D?lang=hi')).text).toContain('Asha की टोली में जुड़िए');
    const english = await get('/t/AB2C4D?lang=en', { 'accept-language': 'hi' });
    expect(english.text).toContain('<html lang="en">');
  });

  it('say kindly that a code leads nowhere, and do not look up what cannot be a code', async () => {
    const asked: string[] = [];
    const invite = async (code: string) => {
      asked.push(code);
      return { kind: 'unknown' } as const;
    };
    const get = await setUp({ landing: { invite, team: invite } });
    for (const code of ['AB2C4D', '%24ne', 'a.b', '%00', 'x'.repeat(99)]) {
      const { status, text } = await get(`/r/${code}`);
      expect(status).toBe(404);
      expect(text).toContain('This link leads nowhere');
    }
    expect(asked).toEqual(['AB2C4D']);
  });

  it('offer the simulator to this machine alone', async () => {
    const simulator = { simulator: { channel: {} as never, onPayment: async () => undefined, now: () => new Date() } };
    const get = await setUp({ landing: found(team), ...simulator });
    expect((await get('/r/AB2C4D')).text).toContain('/simulator?text=JOIN%20AB2C4D');
    expect((await get('/r/AB2C4D', { 'x-forwarded-for': '1.2.3.4' })).text).not.toContain('/simulator?text');
  });
});

describe('the payment page', () => {
  const order = async (orderId: string) =>
    orderId === 'o_1'
      ? { orderId, title: 'Basmati rice', amount: 34_900, currency: 'INR', amountText: '₹349', status: 'waiting' }
      : undefined;
  const simulator = {
    channel: {} as never,
    onPayment: async () => undefined,
    now: () => new Date('2026-01-01T00:00:00Z'),
    order,
  };

  it('shows the amount and every way a payment can go', async () => {
    const get = await setUp({ simulator });
    const { status, text } = await get('/pay/o_1');
    expect(status).toBe(200);
    for (const part of ['₹349', 'too little', 'twice', 'late', 'somebody else', 'fails']) expect(text).toContain(part);
    expect(text).toContain('2026-01-02T01:00:00.000Z');
  });

  it('is not found for an unknown order, refused to proxies, and absent without the simulator', async () => {
    const get = await setUp({ simulator });
    expect((await get('/pay/o_2')).status).toBe(404);
    expect((await get('/pay/o_1', { forwarded: 'for=1.2.3.4' })).status).toBe(403);
    const without = await setUp();
    expect((await without('/pay/o_1')).status).toBe(404);
    expect((await without('/simulator')).status).toBe(404);
  });
});

describe('every page', () => {
  it('allows no script, style or frame from elsewhere', async () => {
    const get = await setUp();
    const policy = (await get('/nothing')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toContain('unsafe');
  });

  it('asks for strict transport only where the address is https', async () => {
    expect((await (await setUp())('/x')).headers.has('strict-transport-security')).toBe(false);
    const https = await setUp({ publicUrl: 'https://shop.example' });
    expect((await https('/x')).headers.has('strict-transport-security')).toBe(true);
  });

  it('says in plain words that it does not exist, or in JSON to tools', async () => {
    const get = await setUp();
    const page = await get('/nothing', { 'accept-language': 'hi' });
    expect([page.status, page.text.includes('ऐसा कोई पन्ना नहीं है')]).toEqual([404, true]);
    expect(JSON.parse((await get('/nothing', { accept: 'application/json' })).text).error.code).toBe('not-found');
    expect((await get('/%E0%A4%A')).status).toBe(404);
  });

  it('keeps the inside of a failure to itself', async () => {
    const heard: unknown[] = [];
    const fail = () => Promise.reject(new Error('secret inside'));
    const get = await setUp({ landing: { invite: fail, team: fail }, onError: (error) => heard.push(error) });
    const { status, text } = await get('/r/AB2C4D');
    expect(status).toBe(500);
    expect(text).toContain('Something went wrong here');
    expect(text).not.toContain('secret');
    expect(heard).toHaveLength(1);
  });
});

describe('the link to one’s own data', () => {
  const ownData: ServerOptions['ownData'] = async (token) => (token === 'right' ? { format: 'toli-export-1' } : null);

  it('gives a file that nobody keeps, and a plain "no such page" for any other token', async () => {
    const get = await setUp({ ownData });
    const file = await get('/my-data/right');
    expect([file.status, JSON.parse(file.text)]).toEqual([200, { format: 'toli-export-1' }]);
    expect(file.headers.get('content-disposition')).toContain('my-data.json');
    expect(file.headers.get('cache-control')).toBe('no-store');
    expect((await get('/my-data/wrong')).status).toBe(404);
  });
});

describe('picture addresses', () => {
  const card = { names: { en: 'Rice' }, language: 'en', teamPrice: '₹1', soloPrice: '₹2', size: 3, artwork: 'rice' };
  const pictures: ServerOptions['pictures'] = {
    deal: async (id, language) => (id === 'd1' ? { ...card, language } : undefined),
    upi: async (id) => (id === 'o_1' ? 'upi://pay?pa=shop@bank&am=349.00' : undefined),
  };

  it('give a deal in each format, and a QR code that is not kept by caches', async () => {
    const { url, close } = await listen(createServer({ ...bareServer, pictures }));
    closers.push(close);
    for (const [path, type, format] of [
      ['/pictures/deal/d1.png', 'image/png', 'png'],
      ['/pictures/deal/d1.webp?lang=hi', 'image/webp', 'webp'],
      ['/pictures/deal/d1.jpg', 'image/jpeg', 'jpeg'],
      ['/pictures/upi/o_1.png', 'image/png', 'png'],
    ] as const) {
      const res = await fetch(url + path);
      expect([res.status, res.headers.get('content-type')]).toEqual([200, type]);
      expect(res.headers.get('cache-control')).toContain(path.includes('upi') ? 'no-store' : 'public');
      expect((await sharp(Buffer.from(await res.arrayBuffer())).metadata()).format).toBe(format);
    }
  });

  it.each([
    '/pictures/deal/d2.png',
    '/pictures/deal/d1.gif',
    '/pictures/deal/d1',
    '/pictures/upi/o_2.png',
    '/pictures',
  ])('are not found: %s', async (path) => {
    const get = await setUp({ pictures });
    expect((await get(path)).status).toBe(404);
  });
});

describe('the words of the pages', () => {
  it.each(PAGE_LANGUAGES)('are all there in %s and none is empty', (language) => {
    const say = wordsIn(language);
    const values = { inviter: 'A', missing: 2, until: 'x', size: 3, saving: '₹1' };
    for (const word of ['team.heading', 'state.open', 'state.openUntil', 'promise', 'invite.headingNoName'] as const)
      expect(say(word, values)).not.toBe('');
  });
});
