/** Lists the currencies whose minor unit is not a hundredth, by decimals. */
const DECIMALS: { readonly [currency: string]: number } = {
  JPY: 0,
  KRW: 0,
  VND: 0,
  IDR: 2,
  INR: 2,
  BRL: 2,
  KES: 2,
  GBP: 2,
};

/** Tells how many minor units make one unit of a currency. */
export function minorPerUnit(currency: string): number {
  return 10 ** (DECIMALS[currency] ?? 2);
}

/** Reads an amount such as `99`, `1,499.50` or `₹ 99` into minor units; null when it is not one. */
export function parseAmount(text: string, currency: string): number | null {
  const plain = text.replace(/[^\d.,-]/g, '').replace(/,/g, '');
  if (!/^\d+(\.\d+)?$/.test(plain)) return null;
  return Math.round(Number(plain) * minorPerUnit(currency));
}

/** Writes minor units the way people of a locale write them; whole amounts without decimals. */
export function formatMoney(minor: number, currency: string, locale = 'en-IN'): string {
  const unit = minorPerUnit(currency);
  const digits = minor % unit === 0 ? 0 : Math.round(Math.log10(unit));
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(minor / unit);
}

/** Splits an amount by weights so that the parts add up to it exactly (largest remainder). */
export function splitAmount(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (amount * weight) / total);
  const parts = exact.map(Math.floor);
  const order = exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest);
  let left = amount - parts.reduce((sum, part) => sum + part, 0);
  for (const { index } of order) {
    if (left-- <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
  }
  return parts;
}
