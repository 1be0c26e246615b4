import type { Sentence } from './flow.ts';

/** Gives languages the habits of the country they are spoken in here: grouping 1,00,000, pm in small letters. */
const LOCALES: { readonly [language: string]: string } = {
  en: 'en-IN',
  hi: 'hi-IN',
  'hi-Latn': 'hi-Latn-IN',
  'pt-BR': 'pt-BR',
  id: 'id-ID',
  sw: 'sw-KE',
};

const localeOf = (language: string) => (Object.hasOwn(LOCALES, language) && LOCALES[language]) || language;

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function once<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => F): F {
  const known = made.get(key) as F | undefined;
  if (known) return known;
  const format = make();
  made.set(key, format);
  return format;
}

function moneyFormat(currency: string, language: string, whole: boolean): Intl.NumberFormat {
  return once(`money ${currency} ${language} ${whole}`, () => {
    const digits = whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
    return new Intl.NumberFormat(localeOf(language), { style: 'currency', currency, ...digits });
  });
}

/** Writes an amount of minor units as people do: ₹99, not ₹99.00, and ₹99.50. */
export function money(minorUnits: number, currency: string, language: string): string {
  const exact = moneyFormat(currency, language, false);
  const unit = 10 ** (exact.resolvedOptions().maximumFractionDigits ?? 2);
  const format = minorUnits % unit === 0 ? moneyFormat(currency, language, true) : exact;
  return format.format(minorUnits / unit);
}

/** Picks a name in the reader's language, else in its plain form, else in English, else any. */
export function names(byLanguage: { readonly [language: string]: string }, language: string): string {
  const primary = language.split('-')[0] ?? language;
  const order = language === 'hi-Latn' ? [language, 'en', 'hi'] : [language, primary, 'en'];
  const found = order.find((candidate) => Object.hasOwn(byLanguage, candidate));
  const name = found === undefined ? Object.values(byLanguage)[0] : byLanguage[found];
  if (name === undefined) throw new Error('A name without any language was given; every name needs one.');
  return name;
}

function dateFormat(language: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `time ${language} ${timeZone} ${Object.keys(options).join()}`;
  return once(key, () => new Intl.DateTimeFormat(localeOf(language), { timeZone, ...options }));
}

/** Counts local days, so that two instants can be compared by day of the zone. */
function dayNumber(instant: Date, timeZone: string): number {
  const day = once(`day ${timeZone}`, () => new Intl.DateTimeFormat('en-CA', { timeZone })).format(instant);
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}

const DAYS = new Map([
  [-1, 'time.yesterday'],
  [0, 'time.today'],
  [1, 'time.tomorrow'],
]);

/** Tells an instant (ISO) as today, tomorrow, yesterday or a date, with its time, by the sentences `time.…`. */
export function whenInWords(
  iso: string,
  { language, timeZone, now }: { readonly language: string; readonly timeZone: string; readonly now: Date },
  say: (sentence: Sentence) => string,
): string {
  const instant = new Date(iso);
  const time = dateFormat(language, timeZone, { hour: 'numeric', minute: '2-digit' }).format(instant);
  const copy = DAYS.get(dayNumber(instant, timeZone) - dayNumber(now, timeZone));
  if (copy) return say({ copy, params: { time } });
  const day = dateFormat(language, timeZone, { weekday: 'short', day: 'numeric', month: 'short' }).format(instant);
  return say({ copy: 'time.on-day', params: { day, time } });
}
