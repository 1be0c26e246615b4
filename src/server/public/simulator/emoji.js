const EMOJI =
  /[\u{1F000}-\u{1FAFF}][\u{1F3FB}-\u{1F3FF}\uFE0F]*(?:\u200D[\u2600-\u27BF\u{1F000}-\u{1FAFF}]\uFE0F?)*[ \u00A0]?/gu;

function pixelsOf(text) {
  const canvas = document.createElement('canvas');
  canvas.width = 24;
  canvas.height = 24;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.font = '18px sans-serif';
  pen.fillText(text, 0, 19);
  return pen.getImageData(0, 0, 24, 24).data.join();
}

/** A code point that is none looks like every letter for which there is no font. */
const missing = pixelsOf('\u{1F465}') === pixelsOf('\u{10FFFE}') || pixelsOf('\u{1F465}') === pixelsOf('\u{1FAFF}');

/** Leaves emoji out where the machine has no letters for them, instead of showing empty boxes. */
export const showable = missing ? (text) => text.replace(EMOJI, '') : (text) => text;
