import qrcode from 'qrcode-terminal';

/** Draws a link as a QR code in half-height blocks, for terminals. */
export function qrLines(link: string): string[] {
  let lines: string[] = [];
  qrcode.generate(link, { small: true }, (picture) => {
    lines = picture.split('\n').map((line) => `  ${line}`);
  });
  return lines;
}
