import type { Random } from '#lib/random';
import { INBOUND_KINDS, type Inbound, type Outbound } from '#ports/channel';

/** Is what a phone of the fuzz remembers of the bot's messages. */
export interface OddPhone {
  readonly from: string;
  readonly got: readonly Outbound[];
}

type Odd = Pick<Inbound, 'kind' | 'text'> & Partial<Pick<Inbound, 'option' | 'replyTo'>>;

const LONGEST = 65_000;
const GOOD_WORDS = [
  'hi',
  'menu',
  'DEAL 1',
  'DEAL 2',
  '1',
  '2',
  '3',
  '0',
  '9',
  'yes',
  'no',
  'haan',
  'नहीं',
  '१',
  '٢',
  '333001',
  'House 12, near the temple',
];
/** Lists what a shopper writes from the first word to the payment; a phone of the fuzz goes some part of this way first. */
export const WAY_TO_PAYMENT = ['hi', '3', 'no', 'DEAL 1', '1', '333001', 'House 12, near the temple', 'yes', 'yes'];
const COMMANDS = [
  'STOP',
  'START',
  'my money',
  'my orders',
  'my team',
  'invite',
  'profile',
  'language',
  'help',
  'back',
  'cancel',
];
const ODD_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\u200b\u200c\u200d\ufeff',
  '\u202eSTOP\u202c',
  '\u202e1\u202c',
  '\ud800',
  'a\udc00b',
  '$where: 1',
  '{"$gt": ""}',
  '$set.a.b',
  'a.b.c',
  '__proto__',
  'constructor',
  '{"__proto__": {"polluted": true}}',
  '__proto__[polluted]=1',
  'toString',
  'hasOwnProperty',
  '<script>alert(1)</script>',
  "'; DROP TABLE orders; --",
  '=HYPERLINK("http://x")',
  '{0} {name, plural, one {#} other {#}}',
  '%s %n %x',
  '🙏'.repeat(40),
  '👨‍👩‍👧‍👦',
  'é'.repeat(60),
  'ａｂｃ１２３',
  'שלום 123',
  'مرحبا ١٢٣',
  'JOIN 2345678',
  'JOIN K7MPXQ2 K7MPXQ2',
  'JOIN __proto__',
  'DEAL 99999999999999999999',
  'DEAL -1',
  '-1',
  '1e9',
  '0x10',
  '1.5',
  'NaN',
  'Infinity',
  '412345678901',
];
const OPTIONS = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '$where',
  'deal:',
  'join:',
  'deal:__proto__',
  'meant:stop',
  'x',
];

/** Draws one message that no shopper, or any shopper, would send. */
export function oddMessage(random: Random, phone: OddPhone): Odd {
  const draw = random.unit();
  if (draw < 0.3) return tap(random, phone);
  if (draw < 0.5) return { kind: 'text', text: pick(random, GOOD_WORDS) };
  if (draw < 0.58) return { kind: 'text', text: pick(random, COMMANDS) };
  if (draw < 0.75) return quoting(random, phone, { kind: 'text', text: pick(random, ODD_TEXTS) });
  if (draw < 0.85) return { kind: 'text', text: noise(random, 1 + Math.floor(random.unit() * 200)) };
  if (draw < 0.86) return { kind: 'text', text: long(random) };
  return quoting(random, phone, { kind: pick(random, INBOUND_KINDS), text: pick(random, ODD_TEXTS) });
}

/** Taps what is on the screen, what was on it long ago, or what never was. */
function tap(random: Random, { got }: OddPhone): Odd {
  const draw = random.unit();
  const message = draw < 0.7 ? got.at(-1) : pick(random, got.length > 0 ? got : [undefined]);
  const shown = message?.options.map(({ id }) => id) ?? [];
  const option = draw > 0.9 || shown.length === 0 ? pick(random, OPTIONS) : pick(random, shown);
  return { kind: 'option', text: '', option };
}

function quoting(random: Random, { got }: OddPhone, odd: Odd): Odd {
  if (random.unit() < 0.7) return odd;
  return { ...odd, replyTo: random.unit() < 0.5 ? pick(random, ODD_TEXTS) : (got.at(0)?.id ?? 'nothing') };
}

/** Draws any code points, halves of pairs and controls among them. */
function noise(random: Random, length: number): string {
  const code = () => Math.floor(random.unit() * (random.unit() < 0.5 ? 0x300 : 0x10_ffff));
  return Array.from({ length }, () => String.fromCodePoint(code())).join('');
}

function long(random: Random): string {
  const piece = pick(random, ['a', '1 ', 'JOIN ', '🙏', '\u200d', '.', '$', 'क्', '+1-']);
  return piece.repeat(Math.ceil(LONGEST / piece.length)).slice(0, LONGEST);
}

/** Draws one of several. */
export function pick<T>(random: Random, all: readonly T[]): T {
  return all[Math.floor(random.unit() * all.length)] as T;
}
