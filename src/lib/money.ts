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
