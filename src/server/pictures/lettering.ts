import sharp from 'sharp';
import { FONT_FILES } from '../fonts.ts';

/** Describes a piece of text in a picture; sizes in pixels. */
export interface Lettering {
  readonly text: string;
  readonly size: number;
  readonly color: string;
  readonly weight: 'regular' | 'bold';
  readonly maxWidth: number;
  /** The most lines it may take; it is made smaller until it fits. */
  readonly maxLines?: number;
}

/** Is text turned into pixels with a transparent ground. */
export interface DrawnText {
  readonly input: Buffer;
  readonly width: number;
  readonly height: number;
  /** The size it was drawn in, which is smaller than asked for where it did not fit. */
  readonly size: number;
}

const NAMES = {
  regular: 'Noto Sans, Noto Sans Devanagari Medium',
  bold: 'Noto Sans, Noto Sans Devanagari Bold',
};
const SMALLEST = 0.55;

let loaded: Promise<unknown> | undefined;

/** Draws text in Latin or Devanagari script, shrinking it until it keeps to its lines. */
export async function drawText(lettering: Lettering): Promise<DrawnText> {
  loaded ??= loadFonts();
  await loaded;
  const { size, maxLines = 1 } = lettering;
  for (let scale = 1; ; scale -= 0.05) {
    const drawn = await render(lettering, Math.round(size * scale));
    const lines = drawn.height / (size * scale * 1.45);
    if (lines <= maxLines || scale <= SMALLEST) return drawn;
  }
}

/** A font file that one text has used is known to all later ones, which is how both scripts meet in a line. */
async function loadFonts(): Promise<void> {
  for (const script of Object.values(FONT_FILES))
    for (const file of Object.values(script))
      await sharp({ text: { text: 'अA', fontfile: file(), rgba: true } })
        .png()
        .toBuffer();
}

async function render({ text, color, weight, maxWidth }: Lettering, size: number): Promise<DrawnText> {
  const markup = `<span foreground="${color}">${escapeMarkup(text)}</span>`;
  const image = sharp({
    text: {
      text: markup,
      font: `${NAMES[weight]} ${size}`,
      fontfile: FONT_FILES.latin[weight](),
      rgba: true,
      dpi: 72,
      width: maxWidth,
      wrap: 'word-char',
    },
  });
  const { data, info } = await image.png().toBuffer({ resolveWithObject: true });
  return { input: data, width: info.width, height: info.height, size };
}

/** Pango reads markup: what a shop typed must stay text, and control characters are not allowed in it at all. */
function escapeMarkup(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ').trim();
  const escaped = clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped === '' ? '\u00a0.' : escaped;
}
