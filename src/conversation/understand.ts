import type { Guess, Intent, Understanding } from './intents.ts';
import { type Lexicon, type LexiconFile, lexiconOf, plainWords } from './lexicon.ts';
import { LOOKED_AT, plainText } from './plain-text.ts';
import { WISHES, type Wish } from './wishes.ts';

/** Is the share of telling words that a wish must explain before it may act. Set on the `dev` phrases. */
const CONFIDENCE_LINE = 0.85;
/** Is the share from which a wish is worth a question. */
const QUESTION_LINE = 0.5;
/** A word that had to be corrected counts a little less than one that is spelt as known. */
const CORRECTED = 0.9;
/** Longer messages are stories, not wishes. */
const MOST_WORDS = 16;

interface Told {
  readonly ideas: ReadonlySet<string>;
  readonly weight: number;
}

const NOTHING: ReadonlySet<string> = new Set();
const NUMBER: Told = { ideas: new Set(['NUMBER-SIGN']), weight: 1 };

function tell(word: string, lexicon: Lexicon): Told {
  if (/^\d+$/.test(word)) return NUMBER;
  const found = lexicon.ideas(word);
  return found ? { ideas: found.ideas, weight: found.sure ? 1 : CORRECTED } : { ideas: NOTHING, weight: 1 };
}

/** Reads words one by one, or two as one where only together they are known: "customer care", "main menu". */
function tellAll(words: readonly string[], lexicon: Lexicon): readonly Told[] {
  const told: Told[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const pair = `${words[index]}${words[index + 1] ?? ''}`;
    const together = index + 1 < words.length ? lexicon.ideas(pair) : null;
    if (together?.sure) index += 1;
    told.push(together?.sure ? { ideas: together.ideas, weight: 1 } : tell(words[index] ?? '', lexicon));
  }
  return told;
}

/** Says whether each idea of a pattern has a word of its own. Patterns have at most three ideas. */
function stands(pattern: readonly string[], told: readonly Told[], taken: readonly Told[] = []): boolean {
  const [idea, ...rest] = pattern;
  if (idea === undefined) return true;
  return told.some((word) => word.ideas.has(idea) && !taken.includes(word) && stands(rest, told, [...taken, word]));
}

interface Match {
  readonly intent: Intent;
  readonly score: number;
  readonly strength: number;
}

function touches(ideas: ReadonlySet<string>, among: ReadonlySet<string>): boolean {
  for (const idea of ideas) if (among.has(idea)) return true;
  return false;
}

/** A "no" that a wish has no place for turns it around, so it is never passed over. */
function explains({ beside }: Wish, { ideas }: Told): boolean {
  return ideas.has('NEG') ? beside.has('NEG') : touches(ideas, beside);
}

function match(wish: Wish, told: readonly Told[]): Match | null {
  if (told.some(({ ideas }) => touches(ideas, wish.never))) return null;
  const strength = Math.max(0, ...wish.when.filter((pattern) => stands(pattern, told)).map(({ length }) => length));
  if (strength === 0) return null;
  const telling = told.filter(({ ideas }) => !ideas.has('FILLER') || ideas.has('NEG'));
  const explained = telling.filter((word) => explains(wish, word)).reduce((sum, { weight }) => sum + weight, 0);
  return { intent: wish.intent, score: telling.length === 0 ? 0 : explained / telling.length, strength };
}

function decide(matches: readonly Match[]): Guess {
  const ranked = matches.toSorted((one, other) => other.score - one.score || other.strength - one.strength);
  const [first, second] = ranked;
  if (!first || first.score < QUESTION_LINE) return { kind: 'none' };
  const tied = second !== undefined && second.score === first.score && second.strength === first.strength;
  if (first.score >= CONFIDENCE_LINE && !tied) return { kind: 'confident', intent: first.intent, score: first.score };
  const near = ranked.filter(({ score }) => score >= Math.max(QUESTION_LINE, first.score - 0.1));
  return { kind: 'unsure', intents: near.slice(0, 2).map(({ intent }) => intent) };
}

/**
 * Makes the understanding of all given languages; `goods` are words of the products on sale, so that "do you have X" is
 * known for a search. Costs well under a millisecond a message, whatever its length.
 */
export function createUnderstanding(
  files: { readonly [language: string]: LexiconFile },
  goods: readonly string[] = [],
): Understanding {
  const lexicon = lexiconOf(Object.values(files), goods);
  return {
    exact: (text) => {
      const plain = plainText(text);
      return plain.length >= LOOKED_AT ? null : lexicon.exact(plainWords(plain), plain);
    },
    guess: (text) => {
      const words = plainWords(plainText(text));
      if (words.length === 0 || words.length > MOST_WORDS) return { kind: 'none' };
      const told = tellAll(words, lexicon);
      return decide(WISHES.map((wish) => match(wish, told)).filter((found) => found !== null));
    },
  };
}
