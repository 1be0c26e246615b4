import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { MOTIF_NAMES, motifOf } from '#server/pictures/artwork';
import { pictureCache } from '#server/pictures/cache';
import { CARD_FORMATS, type DealCard, dealCard } from '#server/pictures/deal-card';
import { upiQr } from '#server/pictures/upi-qr';

const card: DealCard = {
  names: { en: 'Basmati rice 5 kg', hi: 'बासमती चावल 5 किलो' },
  language: 'en',
  teamPrice: '₹349',
  soloPrice: '₹420',
  size: 3,
  saving: '₹71',
  artwork: 'rice',
};

describe('the card of a deal', () => {
  it.each(CARD_FORMATS)('is 1200 × 630 and at most 100 KB as %s', async (format) => {
    const picture = await dealCard(card, format);
    expect(await sharp(picture).metadata()).toMatchObject({ width: 1200, height: 630 });
    expect(picture.length).toBeLessThanOrEqual(100_000);
  });

  it('stays small and whole with any motif', { timeout: 60_000 }, async () => {
    for (const artwork of MOTIF_NAMES)
      expect((await dealCard({ ...card, artwork })).length).toBeLessThanOrEqual(100_000);
  });

  it.each([
    ['a very long name', 'WHITE HANGING HEART T-LIGHT HOLDER '.repeat(4)],
    ['markup', '<b>5 & 6</span> "kg" &nbsp;'],
    ['control characters and half of a pair', 'a\u0000b\u0007\ud800c'],
    ['nothing', ''],
    ['a script without a font here', '炊飯器 ข้าว'],
  ])('is drawn with %s as the name', async (_what, name) => {
    const picture = await dealCard({ ...card, names: { en: name } });
    expect((await sharp(picture).metadata()).width).toBe(1200);
  });

  it('is drawn in Hindi, and in English where a language has no words', async () => {
    const hindi = await dealCard({ ...card, language: 'hi' });
    const english = await dealCard(card);
    expect(hindi.equals(english)).toBe(false);
    expect((await dealCard({ ...card, language: 'sw' })).equals(english)).toBe(true);
  });

  it('is the same bytes for the same deal', async () => {
    expect((await dealCard(card)).equals(await dealCard(card))).toBe(true);
  });
});

describe('the motif of a product', () => {
  it('is its own, else that of a word in its name, else of its category, else a present', () => {
    expect(motifOf('oil')).toBe(motifOf('oil', 'clothing', 'Red bag'));
    expect(motifOf('22423', 'gift', 'JUMBO BAG RED RETROSPOT')).toBe(motifOf('school-bag'));
    expect(motifOf('x', 'kitchen', 'thing')).toBe(motifOf('pressure-cooker'));
    expect(motifOf('x', 'y', 'z')).toBe(motifOf('gift'));
    expect(motifOf('__proto__', 'constructor')).toBe(motifOf('gift'));
  });
});

describe('the picture cache', () => {
  it('draws once for all who ask at the same time, and forgets the oldest', async () => {
    let drawn = 0;
    const draw = async () => Buffer.from(String(++drawn));
    const cached = pictureCache(2);
    await Promise.all([cached('a', draw), cached('a', draw)]);
    expect(drawn).toBe(1);
    await cached('b', draw);
    await cached('c', draw);
    await cached('a', draw);
    expect(drawn).toBe(4);
  });

  it('does not keep a failure', async () => {
    const cached = pictureCache(2);
    await expect(cached('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(String(await cached('a', async () => Buffer.from('yes')))).toBe('yes');
  });
});

describe('the UPI code', () => {
  it('is a square PNG', async () => {
    const { width, height, format } = await sharp(await upiQr('upi://pay?pa=shop@bank&am=1.00&cu=INR')).metadata();
    expect([format, width]).toEqual(['png', height]);
  });
});
