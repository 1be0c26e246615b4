import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** Holds the two secrets that keep addresses unreadable in the database: 32 bytes each. */
export interface Secrets {
  readonly pepper: Buffer;
  readonly key: Buffer;
}

/** Is an address as the database keeps it: AES-256-GCM, each part base64. */
export interface SealedAddress {
  readonly iv: string;
  readonly data: string;
  readonly tag: string;
}

/** Makes the lookup key of an address (HMAC-SHA256): equal for equal addresses, useless without the pepper. */
export function addressKey(secrets: Secrets, channel: string, address: string): string {
  return createHmac('sha256', secrets.pepper).update(`${channel}|${address}`).digest('base64url');
}

/** Encrypts an address so that only the sender can read it again. */
export function sealAddress(secrets: Secrets, address: string): SealedAddress {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secrets.key, iv);
  const data = Buffer.concat([cipher.update(address, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), data: data.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
}

/** Decrypts a sealed address. Throws when it was sealed with another key. */
export function openAddress(secrets: Secrets, sealed: SealedAddress): string {
  const decipher = createDecipheriv('aes-256-gcm', secrets.key, Buffer.from(sealed.iv, 'base64'));
  decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
}

/** Shortens an address for people and logs: `+91*****10`. */
export function maskAddress(address: string): string {
  const digits = address.replace(/[^\d+]/g, '');
  if (digits.length < 6) return '***';
  return `${digits.slice(0, 3)}${'*'.repeat(Math.max(1, digits.length - 5))}${digits.slice(-2)}`;
}
