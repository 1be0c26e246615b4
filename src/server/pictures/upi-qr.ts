import QRCode from 'qrcode';

/** Draws a payment link as a QR code to scan: PNG, 600 pixels wide, with its quiet zone. */
export function upiQr(link: string): Promise<Buffer> {
  return QRCode.toBuffer(link, { type: 'png', width: 600, margin: 4, errorCorrectionLevel: 'M' });
}
