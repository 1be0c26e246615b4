import type { HintName } from './engine-copy.ts';
import type { CopyParams, Heard, Option, Parsed, Parser } from './flow.ts';
import { foldWord } from './fold-word.ts';
import { lineNumber, numberWord } from './number-words.ts';
import { plainText, withoutEdges, wordsOf } from './plain-text.ts';

const ok = <A>(value: A): Parsed<A> => ({ kind: 'ok', value });

function bad(name: HintName, params: CopyParams = {}): Parsed<never> {
  return { kind: 'bad', hint: { copy: `hint.${name}`, params }, example: { copy: `example.${name}`, params } };
}

/** Words shorter than this must be spelt as on the label; longer ones may be spelt as they sound. */
const SHORTEST_FOLDED = 4;
const spelling = (word: string) => (word.length >= SHORTEST_FOLDED ? foldWord(word) : word);
const spelt = (text: string) => wordsOf(plainText(text)).map(spelling);

/** Says whether an answer is the whole label of an option on the screen. */
export function isLabel(heard: Heard, shown: readonly Option[]): boolean {
  const answer = spelt(heard.text).join(' ');
  return answer !== '' && shown.some(({ label }) => spelt(heard.say(label)).join(' ') === answer);
}

/** Finds the one option whose label has every word of the answer; two that do are none. */
function optionByLabel(words: readonly string[], heard: Heard, shown: readonly Option[]): Option | null {
  if (words.length === 0 || words.length > 12 || !words.some((word) => /\p{L}.*\p{L}/u.test(word))) return null;
  const labels = shown.map(({ label }) => spelt(heard.say(label)));
  const whole = shown.filter((_, index) => labels[index]?.join(' ') === words.join(' '));
  const within = shown.filter((_, index) => words.every((word) => labels[index]?.includes(word)));
  const found = whole.length > 0 ? whole : within;
  return found.length === 1 ? (found[0] ?? null) : null;
}

/**
 * Finds the option an answer means: the one tapped, the number of its line in any script, the number word of the
 * chat's language, yes or no where those are the options, or words of its label. Null when it is not certain.
 */
export function optionMeant(heard: Heard, shown: readonly Option[]): Option | null {
  if (heard.kind === 'option') return shown.find(({ id }) => id === heard.option) ?? null;
  if (heard.kind !== 'text') return null;
  const plain = plainText(heard.text);
  const words = wordsOf(plain);
  const byId = shown.find(({ id }) => id === heard.exact);
  if (byId && (heard.exact === 'yes' || heard.exact === 'no')) return byId;
  const line = /\d\s*[.,/-]\s*\d/.test(plain) ? null : lineNumber(words, heard.language);
  if (line !== null) return shown[line - 1] ?? null;
  return optionByLabel(words.map(spelling), heard, shown);
}

/** Reads a choice from the shown menu as the option itself, with the stamp it was shown with. */
export function picked(): Parser<Option> {
  return (heard, shown) => {
    const option = optionMeant(heard, shown);
    return option ? ok(option) : bad('choose', { count: shown.length });
  };
}

/** Reads a choice from the shown menu as the option's id; with `ids` given only these count. */
export function choice(ids?: readonly string[]): Parser<string> {
  return (heard, shown) => {
    const id = optionMeant(heard, shown)?.id;
    return id !== undefined && (ids?.includes(id) ?? true) ? ok(id) : bad('choose', { count: shown.length });
  };
}

/**
 * Reads a choice as one of a few known ids. Name the type, `oneOf<'upi' | 'cod'>(['upi', 'cod'])`: inside a step the
 * compiler does not infer it.
 */
export function oneOf<T extends string>(ids: readonly T[]): Parser<T> {
  return choice(ids) as Parser<T>;
}

/** Reads a yes or a no, in any language's words or by the options `yes` and `no` of the shown menu. */
export function yesNo(): Parser<boolean> {
  return (heard, shown) => {
    const said = optionMeant(heard, shown)?.id ?? heard.exact;
    return said === 'yes' || said === 'no' ? ok(said === 'yes') : bad('yes-no');
  };
}

const UNITS = new Set(
  (
    'pc pcs piece pieces pack packs packet packets nos only please pls plz chahiye chahie chaiye bas sirf dena dedo ' +
    'पीस पैकेट चाहिए बस सिर्फ़ केवल दीजिए'
  )
    .normalize('NFKC')
    .split(' '),
);

/** Reads the one whole number of an answer, null when there is none, or more than one, or a sign or fraction. */
function wholeNumberIn(heard: Heard): number | null {
  const plain = plainText(heard.text).replace(/(?<=\d),(?=\d{2,3}(?!\d))/g, '');
  if (/[-−+]\s*\d|\d\s*[.,/-]\s*\d/.test(plain)) return null;
  const words = wordsOf(withoutEdges(plain)).filter((word) => !UNITS.has(word));
  const [word] = words;
  if (words.length !== 1 || word === undefined) return null;
  return /^\d{1,9}$/.test(word) ? Number(word) : numberWord(word, heard.language);
}

/** Reads a whole number from `min` to `max`, as digits of any script or as a word of the chat's language. */
export function wholeNumber(min: number, max: number): Parser<number> {
  return (heard, shown) => {
    const tapped = heard.kind === 'option' ? optionMeant(heard, shown)?.id : undefined;
    const number = tapped !== undefined && /^\d{1,9}$/.test(tapped) ? Number(tapped) : wholeNumberIn(heard);
    return number !== null && number >= min && number <= max ? ok(number) : bad('whole-number', { min, max });
  };
}

const UNWANTED = /[\p{Cc}\p{Cs}\u200B\u2060]/gu;

/** Reads any text of up to `max` characters, trimmed, on one line, without invisible characters. */
export function freeText(max: number): Parser<string> {
  return (heard) => {
    if (heard.text.length > max * 8 + 200) return bad('text-long', { max });
    const text = heard.text
      .replace(UNWANTED, (sign) => (/\s/.test(sign) ? ' ' : ''))
      .replace(/\s+/g, ' ')
      .trim()
      .normalize('NFC');
    if (!/[\p{L}\p{N}]/u.test(text)) return bad('text-empty');
    return [...text].length <= max ? ok(text) : bad('text-long', { max });
  };
}

const PIN_CODES: { readonly [market: string]: { readonly pattern: RegExp; readonly digits: number } } = {
  IN: { pattern: /^[1-9]\d{5}$/, digits: 6 },
  BR: { pattern: /^\d{8}$/, digits: 8 },
  ID: { pattern: /^\d{5}$/, digits: 5 },
  KE: { pattern: /^\d{5}$/, digits: 5 },
  TZ: { pattern: /^\d{5}$/, digits: 5 },
};

/** Finds the numbers of a text, taking groups such as "302 001" and "01310-100" as one. */
function numbersIn(text: string): readonly string[] {
  const groups = plainText(text, 1_000).match(/\d+(?:[ -]\d+)*/g) ?? [];
  return groups.map((group) => group.replace(/\D/g, ''));
}

/** Reads a postal code of a market (ISO country), alone or as the only such number in a text. GB and others: letters too. */
export function pinCode(market: string): Parser<string> {
  const rule = PIN_CODES[market];
  return (heard) => {
    if (rule) {
      const found = numbersIn(heard.text).filter((number) => rule.pattern.test(number));
      return found.length === 1 && found[0] !== undefined ? ok(found[0]) : bad('pin-code', { digits: rule.digits });
    }
    const code = withoutEdges(plainText(heard.text)).toUpperCase();
    return /^[A-Z0-9][A-Z0-9 -]{1,8}[A-Z0-9]$/.test(code) && /\d/.test(code)
      ? ok(code)
      : bad('pin-code', { digits: 6 });
  };
}

/** Reads a payment reference: the only number of `min` to `max` digits in a text. */
export function reference(min: number, max: number): Parser<string> {
  return (heard) => {
    const found = numbersIn(heard.text).filter((number) => number.length >= min && number.length <= max);
    return found.length === 1 && found[0] !== undefined ? ok(found[0]) : bad('reference', { min, max });
  };
}

/** Reads an answer by the first parser that understands it; the last one gives the hint. */
export function either<A, B = A>(first: Parser<A>, second: Parser<B>): Parser<A | B> {
  return (heard, shown) => {
    const parsed = first(heard, shown);
    return parsed.kind === 'ok' ? parsed : second(heard, shown);
  };
}
