import { foldWord, isOneSlipApart } from './fold-word.ts';
import { INTENTS, type Intent } from './intents.ts';
import { plainText, wordsOf } from './plain-text.ts';

/**
 * Describes the words of one language as its file holds them: words of courtesy that change nothing, whole messages by
 * intent, and words by idea (`ORDER`, `WHERE`, `NEG` …), each a line of words separated by spaces.
 */
export interface LexiconFile {
  readonly polite: string;
  readonly commands: { readonly [intent: string]: readonly string[] };
  readonly words: { readonly [idea: string]: string };
}

/** Holds the words of all languages, ready to be looked up. */
export interface Lexicon {
  exact(words: readonly string[], plain: string): Intent | null;
  /** Gives the ideas a word can stand for; `sure` is false when it took a correction to find them. */
  ideas(word: string): { readonly ideas: ReadonlySet<string>; readonly sure: boolean } | null;
}

/** Bounds the memory of words already looked up. */
const MOST_REMEMBERED = 20_000;
const SHORTEST_CORRECTED = 4;
const SHORTEST_SKELETON = 3;
const VOWEL = /[^a-z]|[aeiou]/;

/** Splits a message into plain words, with apostrophes dropped: "don't" is `dont`. */
export function plainWords(plain: string): readonly string[] {
  return wordsOf(plain.replace(/['’`]/g, ''));
}

type Ideas = Map<string, Set<string>>;

function add(ideas: Ideas, word: string, idea: string): void {
  const known = ideas.get(word) ?? new Set<string>();
  ideas.set(word, known.add(idea));
}

function gather(files: readonly LexiconFile[]): { asWritten: Ideas; folded: Ideas } {
  const asWritten: Ideas = new Map();
  const folded: Ideas = new Map();
  for (const [idea, line] of files.flatMap(({ words }) => Object.entries(words))) {
    for (const word of plainWords(plainText(line, line.length))) {
      add(asWritten, word, idea);
      add(folded, foldWord(word), idea);
    }
  }
  return { asWritten, folded };
}

function gatherCommands(files: readonly LexiconFile[], polite: ReadonlySet<string>): ReadonlyMap<string, Intent> {
  const commands = new Map<string, Intent>();
  for (const [intent, phrase] of files.flatMap(({ commands: all }) =>
    Object.entries(all).flatMap(([name, phrases]) => phrases.map((phrase) => [name, phrase] as const)),
  )) {
    const key = commandKey(plainWords(plainText(phrase)), plainText(phrase), polite);
    const known = commands.get(key) ?? intent;
    if (known !== intent) throw new Error(`"${phrase}" means both ${known} and ${intent}; it can mean one thing only.`);
    commands.set(key, INTENTS.find((name) => name === intent) ?? unknownIntent(intent));
  }
  return commands;
}

function unknownIntent(name: string): never {
  throw new Error(`A lexicon has commands for "${name}", which is no intent.`);
}

/** Reads a message of nothing but courtesies by the only one that means something: "na bhai" is a no, "ji na" is neither. */
function onlyMeaning(
  words: readonly string[],
  commands: ReadonlyMap<string, Intent>,
  polite: ReadonlySet<string>,
): Intent | null {
  if (!words.every((word) => polite.has(word))) return null;
  const meanings = new Set(words.map((word) => commands.get(foldWord(word))).filter((intent) => intent !== undefined));
  return meanings.size === 1 ? ([...meanings][0] ?? null) : null;
}

/** Courtesy is dropped unless it is all there is: "ji" alone is a yes. */
function commandKey(words: readonly string[], plain: string, polite: ReadonlySet<string>): string {
  const telling = words.filter((word) => !polite.has(word));
  const kept = telling.length > 0 ? telling : words;
  return kept.length > 0 ? kept.map(foldWord).join(' ') : plain;
}

/**
 * Makes one lexicon of the files of all languages and the words of the goods on sale.
 * Throws when a whole message has two meanings.
 */
export function lexiconOf(files: readonly LexiconFile[], goods: readonly string[] = []): Lexicon {
  const polite = new Set(files.flatMap((file) => plainWords(plainText(file.polite, 10_000))));
  const commands = gatherCommands(files, polite);
  const { asWritten, folded } = gather([...files, { polite: '', commands: {}, words: { GOODS: goods.join(' ') } }]);
  const correctable = byFirstLetter([...folded.keys()].filter(({ length }) => length >= SHORTEST_CORRECTED));
  const skeletons = bySkeleton([...folded.keys()]);
  const remembered = new Map<string, ReturnType<Lexicon['ideas']>>();
  const lookUp: Lexicon['ideas'] = (word) => {
    const known = asWritten.get(word) ?? folded.get(foldWord(word));
    if (known) return { ideas: known, sure: true };
    const bare = skeletons.get(word);
    const slip = VOWEL.test(word) ? corrected(foldWord(word), correctable, folded) : bare && alike(bare, folded);
    return slip ? { ideas: slip, sure: false } : null;
  };
  return {
    exact: (words, plain) => commands.get(commandKey(words, plain, polite)) ?? onlyMeaning(words, commands, polite),
    ideas: (word) => {
      const known = remembered.get(word);
      if (known !== undefined) return known;
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      const found = word.length > 24 ? null : lookUp(word);
      remembered.set(word, found);
      return found;
    },
  };
}

function byFirstLetter(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const word of words) groups.set(word[0] ?? '', [...(groups.get(word[0] ?? '') ?? []), word]);
  return groups;
}

/** Finds what a misspelt word can stand for; two corrections with different ideas are none. */
function corrected(
  word: string,
  correctable: ReadonlyMap<string, readonly string[]>,
  folded: Ideas,
): ReadonlySet<string> | null {
  if (word.length < SHORTEST_CORRECTED) return null;
  return alike(
    (correctable.get(word[0] ?? '') ?? []).filter((known) => isOneSlipApart(word, known)),
    folded,
  );
}

/** Gives what all the words stand for, null when they stand for different things. */
function alike(words: readonly string[], folded: Ideas): ReadonlySet<string> | null {
  const [first, ...others] = words.map((known) => [...(folded.get(known) ?? [])].sort().join());
  if (first === undefined || others.some((ideas) => ideas !== first)) return null;
  return new Set(first.split(','));
}

/** Groups Latin words by their consonants, for words typed without vowels: "hlp", "rfnd". */
function bySkeleton(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const word of words) {
    const bare = word.replace(/[aeiou]/g, '');
    if (bare === word || bare.length < SHORTEST_SKELETON || /^[aeiou]/.test(word)) continue;
    groups.set(bare, [...(groups.get(bare) ?? []), word]);
  }
  return groups;
}
