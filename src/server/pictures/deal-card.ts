import sharp, { type OverlayOptions } from 'sharp';
import copy from '../copy/card.json' with { type: 'json' };
import { motifOf } from './artwork.ts';
import { type DrawnText, drawText } from './lettering.ts';

/** Describes a deal as its picture shows it; prices are texts ready to read (`₹499`). */
export interface DealCard {
  readonly names: { readonly [language: string]: string };
  readonly language: string;
  readonly teamPrice: string;
  readonly soloPrice: string;
  /** How many people make a team. */
  readonly size: number;
  /** What one saves in a team, ready to read. */
  readonly saving?: string;
  /** The motif to draw; one that is not known is chosen by category or name. */
  readonly artwork: string;
  readonly category?: string;
}

export const CARD_FORMATS = ['png', 'webp', 'jpg'] as const;
export type CardFormat = (typeof CARD_FORMATS)[number];

const WIDTH = 1200;
const HEIGHT = 630;
const PANEL = 470;
const LEFT = PANEL + 52;
const COLUMN = WIDTH - LEFT - 52;
const HALF = (COLUMN - 24) / 2;
const INK = '#1f2430';
const MUTED = '#5b6472';
const ACCENT = '#8a2a63';

type Words = (typeof copy)['en'];
const WORDS: { readonly [language: string]: Words } = copy;

/** Puts a value into a card's words, which know no plurals. */
const fill = (words: string, name: string, value: string | number) => words.replace(`{${name}}`, () => String(value));

/** Draws a deal's card, 1200 × 630, under 100 KB. Both prices are of one size, as the rules of a team demand. */
export async function dealCard(card: DealCard, format: CardFormat = 'png'): Promise<Buffer> {
  const words = WORDS[card.language] ?? copy.en;
  const name = card.names[card.language] ?? card.names['en'] ?? '';
  const bold = { weight: 'bold', color: INK } as const;
  const [title, [team, alone], saving, brand] = await Promise.all([
    drawText({ ...bold, text: name, size: 60, maxWidth: COLUMN, maxLines: 2 }),
    prices([
      { label: fill(words.team, 'size', card.size), amount: card.teamPrice, color: ACCENT },
      { label: words.alone, amount: card.soloPrice, color: INK },
    ]),
    card.saving
      ? drawText({
          ...bold,
          color: '#ffffff',
          text: fill(words.save, 'saving', card.saving),
          size: 32,
          maxWidth: COLUMN - 60,
        })
      : null,
    drawText({ ...bold, color: ACCENT, text: words.brand, size: 40, maxWidth: 200 }),
  ]);
  const layers: OverlayOptions[] = [
    at(title, LEFT, 62),
    ...priceLayers(team, LEFT + 24, 250),
    ...priceLayers(alone, LEFT + HALF + 48, 250),
    ...(saving ? [at(saving, LEFT + 28, 466 + Math.round((64 - saving.height) / 2))] : []),
    at(brand, WIDTH - 52 - brand.width, HEIGHT - 34 - brand.height),
  ];
  const ground = backdrop(card, saving ? saving.width + 56 : 0);
  const picture = sharp(Buffer.from(ground)).composite(layers).flatten({ background: '#ffffff' });
  if (format === 'webp') return picture.webp({ quality: 82 }).toBuffer();
  if (format === 'jpg') return picture.jpeg({ quality: 82, mozjpeg: true }).toBuffer();
  return picture.png({ palette: true, colours: 128, effort: 5 }).toBuffer();
}

interface Price<T> {
  readonly label: T;
  readonly amount: T;
}
type PriceText = Price<string> & { readonly color: string };

/** Draws two prices in the size in which the longer one fits. */
async function prices(texts: readonly [PriceText, PriceText]): Promise<[Price<DrawnText>, Price<DrawnText>]> {
  const [first, second] = await Promise.all([price(texts[0], 64), price(texts[1], 64)]);
  const size = Math.min(first.amount.size, second.amount.size);
  if (first.amount.size === second.amount.size) return [first, second];
  return Promise.all([price(texts[0], size), price(texts[1], size)]);
}

async function price({ label, amount, color }: PriceText, size: number): Promise<Price<DrawnText>> {
  const maxWidth = HALF - 48;
  const [drawnLabel, drawnAmount] = await Promise.all([
    drawText({ maxWidth, text: label, size: 32, weight: 'regular', color: MUTED }),
    drawText({ maxWidth, text: amount, size, weight: 'bold', color }),
  ]);
  return { label: drawnLabel, amount: drawnAmount };
}

/** Both labels and both amounts sit on the same lines whatever their letters. */
function priceLayers({ label, amount }: Price<DrawnText>, left: number, top: number): OverlayOptions[] {
  return [at(label, left, top + 62 - label.height), at(amount, left, top + 156 - amount.height)];
}

function at({ input }: DrawnText, left: number, top: number): OverlayOptions {
  return { input, left: Math.round(left), top: Math.round(top) };
}

function backdrop(card: DealCard, savingWidth: number): string {
  const { from, to, shapes } = motifOf(card.artwork, card.category, card.names['en']);
  const tile = (x: number, color: string) =>
    `<rect x="${x}" y="250" width="${HALF}" height="186" rx="22" fill="${color}" stroke="#d9dfe6" stroke-width="2"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/><rect width="${PANEL}" height="${HEIGHT}" fill="${from}"/>
<circle cx="${PANEL / 2}" cy="${HEIGHT / 2}" r="205" fill="${to}"/><g transform="translate(${PANEL / 2 - 200} ${HEIGHT / 2 - 200})">${shapes}</g>
${tile(LEFT, '#faeef5')}${tile(LEFT + HALF + 24, '#f6f7f9')}
${savingWidth > 0 ? `<rect x="${LEFT}" y="466" width="${savingWidth}" height="64" rx="32" fill="${ACCENT}"/>` : ''}</svg>`;
}
