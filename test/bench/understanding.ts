import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Understanding } from '#conversation/intents';
import { createUnderstanding } from '#conversation/understand';
import { lexicons } from '#flows/lexicons';

/** Measures understanding on labelled phrases: `npm run bench:understanding -- [--split dev|test|all] [--json]`. */

const AIMS = { rightAtLeast: 0.95, wrongAtMost: 0.02, acceptedAtMost: 0.03 };

interface Phrase {
  readonly split: string;
  readonly language: string;
  readonly intents: readonly string[];
  readonly text: string;
}
type Verdict = 'right' | 'asked' | 'wrong' | 'accepted' | 'left';
interface Judged extends Phrase {
  readonly verdict: Verdict;
  readonly took: string;
}

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function phrases(): readonly Phrase[] {
  const [, ...lines] = readFileSync(pathOf('../phrases/phrases.tsv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [split = '', language = '', intent = '', text = ''] = line.split('\t');
    return { split, language, intents: intent.split('|'), text };
  });
}

/** `exact` and `confident` act; everything else asks. Nothing may act on what is out of scope. */
function judge(phrase: Phrase, understanding: Understanding): Judged {
  const exact = understanding.exact(phrase.text);
  const guess = understanding.guess(phrase.text);
  const acted = exact ?? (guess.kind === 'confident' ? guess.intent : null);
  const took = acted ?? (guess.kind === 'unsure' ? `ask ${guess.intents.join()}` : '-');
  const outside = phrase.intents.includes('none');
  if (acted === null) return { ...phrase, took, verdict: outside ? 'left' : 'asked' };
  if (outside) return { ...phrase, took, verdict: 'accepted' };
  return { ...phrase, took, verdict: phrase.intents.includes(acted) ? 'right' : 'wrong' };
}

function tally(judged: readonly Judged[]) {
  const inside = judged.filter(({ intents }) => !intents.includes('none'));
  const outside = judged.filter(({ intents }) => intents.includes('none'));
  const share = (of: readonly Judged[], verdict: Verdict) =>
    of.length === 0 ? 0 : of.filter((one) => one.verdict === verdict).length / of.length;
  return {
    phrases: inside.length,
    right: share(inside, 'right'),
    asked: share(inside, 'asked'),
    wrong: share(inside, 'wrong'),
    outOfScope: outside.length,
    accepted: share(outside, 'accepted'),
  };
}

function microsecondsPerMessage(all: readonly Phrase[]): number {
  const cold = createUnderstanding(lexicons);
  const start = performance.now();
  for (const { text } of all) judge({ split: '', language: '', intents: [], text }, cold);
  return ((performance.now() - start) * 1000) / all.length;
}

function print(judged: readonly Judged[], report: object): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(8);
  for (const [name, row] of Object.entries(report) as [string, ReturnType<typeof tally>][]) {
    const { phrases: count, right, asked, wrong, outOfScope, accepted } = row;
    const inside = `${count} phrases: right ${percent(right)}, asked ${percent(asked)}, wrong action ${percent(wrong)}`;
    console.log(`${name.padEnd(14)} ${inside}; out of scope ${outOfScope}: accepted ${percent(accepted)}`);
  }
  for (const { verdict, split, language, intents, text, took } of judged) {
    if (verdict !== 'right' && verdict !== 'left')
      console.log([verdict, split, language, intents.join('|'), took, text].join('\t'));
  }
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, split: { type: 'string', default: 'all' } } });
const chosen = phrases().filter(({ split }) => values.split === 'all' || split === values.split);
const understanding = createUnderstanding(lexicons);
const judged = chosen.map((phrase) => judge(phrase, understanding));
const only = (key: 'split' | 'language', name: string) => judged.filter((one) => one[key] === name);
const report = Object.fromEntries(
  (['split', 'language'] as const).flatMap((key) =>
    [...new Set(judged.map((one) => one[key]))].map((name) => [name, tally(only(key, name))]),
  ),
);
const microseconds = Math.round(microsecondsPerMessage(chosen));
if (values.json) {
  const misses = judged.filter(({ verdict }) => verdict !== 'right' && verdict !== 'left');
  console.log(JSON.stringify({ aims: AIMS, microsecondsPerMessage: microseconds, report, misses }, null, 2));
} else {
  print(judged, report);
  console.log(`${microseconds} microseconds a message; aims: ${JSON.stringify(AIMS)}`);
}
