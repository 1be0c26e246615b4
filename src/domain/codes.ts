import { CLEAR_ALPHABET, type Random } from '#lib/random';
import { foldText } from './folded-text.ts';

/** Says how long every code is: six signs by chance and one that checks them. */
export const CODE_LENGTH = 7;

/** Says how many codes of one message are looked at; nobody means more. */
const CODES_READ = 5;
const TOKEN = /[\p{L}\p{N}]+/gu;

/** Words that call a code: what the links say, and what people write themselves (folded: without vowel signs). */
const CALLS = new Set(['JOIN', 'CODE', 'JUDO', 'JUDNA', 'JODO', 'KOD', 'जड', 'जडन', 'कड']);

/**
 * Makes a code such as `K7MPXQ2`. It always mixes letters and digits, so that no word and no number is ever one.
 * Weights 7…1 over the prime 31 make every changed sign and every swap of two signs visible.
 */
export function makeCode(random: Random): string {
  for (;;) {
    let body = '';
    while (body.length < CODE_LENGTH - 1) {
      const byte = random.bytes(1)[0] ?? 0;
      if (byte < 248) body += CLEAR_ALPHABET[byte % CLEAR_ALPHABET.length];
    }
    const code = body + checkSign(body);
    if (isMixed(code)) return code;
  }
}

/** Tells whether a text is exactly one code, in capitals, with its check sign right. It may still belong to nobody. */
export function isCode(text: string): boolean {
  return text.length === CODE_LENGTH && isMixed(text) && weighed(text) === 0;
}

/**
 * Finds the codes in a text of any length, first to last, each once: in any case, width and digit script, alone or
 * among words; after a word like JOIN also when it is written in pieces ("JOIN K7M-PXQ 2").
 */
export function findCodes(text: string): string[] {
  const tokens = tokensOf(text);
  const found = new Set<string>();
  for (let i = 0; i < tokens.length && found.size < CODES_READ; i++) {
    const token = tokens[i] ?? '';
    if (isCode(token)) found.add(token);
    else if (CALLS.has(token)) for (const code of codesInPieces(tokens, i + 1)) found.add(code);
  }
  return [...found];
}

/** Finds what was meant as a code after a word like JOIN but is none: mistyped, cut off or invented. Null when nothing was. */
export function findBrokenCode(text: string): string | null {
  const tokens = tokensOf(text);
  for (let i = 0; i + 1 < tokens.length; i++) {
    const next = tokens[i + 1] ?? '';
    if (CALLS.has(tokens[i] ?? '') && next.length >= 4 && next.length <= 10 && /\d/.test(next) && /[A-Z]/.test(next))
      return isCode(next) ? null : next;
  }
  return null;
}

function tokensOf(text: string): string[] {
  return foldText(text).match(TOKEN) ?? [];
}

/** Puts the pieces after a call together while they may still become a code. */
function codesInPieces(tokens: readonly string[], from: number): string[] {
  let pieces = '';
  for (let i = from; i < tokens.length && pieces.length < CODE_LENGTH; i++) {
    pieces += tokens[i] ?? '';
    if (isCode(pieces)) return [pieces];
  }
  return [];
}

function isMixed(code: string): boolean {
  return /\d/.test(code) && /[A-Z]/.test(code);
}

/** Sums the signs by weight modulo 31; 0 for a whole code that is right, NaN when a sign is not of the alphabet. */
function weighed(code: string): number {
  let sum = 0;
  for (let i = 0; i < code.length; i++) {
    const value = CLEAR_ALPHABET.indexOf(code[i] ?? '');
    if (value < 0) return Number.NaN;
    sum += value * (CODE_LENGTH - i);
  }
  return sum % CLEAR_ALPHABET.length;
}

function checkSign(body: string): string {
  const rest = weighed(body);
  return CLEAR_ALPHABET[(CLEAR_ALPHABET.length - rest) % CLEAR_ALPHABET.length] ?? '';
}
