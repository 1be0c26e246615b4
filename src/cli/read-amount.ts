import { minorPerUnit } from '#lib/money';
import { UsageError } from './cli-error.ts';

const SIGNS: { readonly [currency: string]: string } = {
  INR: '₹|rs\\.?',
  GBP: '£',
  BRL: 'R\\$',
  IDR: 'rp',
  KES: 'ksh',
};

/**
 * Reads an amount such as `99`, `₹99`, `1,499.50` or `INR 99` into minor units. Throws a UsageError for anything else,
 * also for another currency's sign, for more decimals than the money has, and for nothing.
 */
export function readAmount(text: string, currency: string): number {
  const sign = [currency, SIGNS[currency]].filter(Boolean).join('|');
  const [, whole, decimals = ''] =
    new RegExp(`^(?:${sign})?\\s*(\\d+|\\d{1,3}(?:,\\d{2,3})*,\\d{3})(?:\\.(\\d+))?(?:/-)?$`, 'i').exec(text.trim()) ??
    [];
  const unit = minorPerUnit(currency);
  const places = Math.round(Math.log10(unit));
  const minor = Number(whole?.replaceAll(',', '')) * unit + Number(decimals.padEnd(places, '0') || 0);
  if (whole === undefined || decimals.length > places || !Number.isSafeInteger(minor) || minor === 0)
    throw new UsageError(`"${text}" is not an amount in ${currency}. Write 99, 99.50 or 1,499.`);
  return minor;
}
