import type { Command, Engine, Landing, Turn } from './engine.ts';
import { MEDIA_KINDS } from './engine-copy.ts';
import type { Heard, Input, Next, Option, Parsed, Position, Reply, Step, TurnOutcome, TurnWay } from './flow.ts';
import { type Intent, isGlobalWord } from './intents.ts';
import { lineNumber } from './number-words.ts';
import { isLabel, optionMeant } from './parse.ts';
import { plainText, withoutEdges, wordsOf } from './plain-text.ts';
import { askAgain, flowNamed, follow, goBack, goHome, stepAt } from './travel.ts';

const HOUR_MS = 3_600_000;
const MENU_MAX_AGE_MS = 12 * HOUR_MS;
/** After this many bad answers in a row a person is offered. */
const STRIKES_TO_PERSON = 3;
const OFFER = 'intent:';
const GO_ON = 'engine:go-on';

/** Holds what one turn works with, so that its parts need one argument. */
interface Scene<C> {
  readonly engine: Engine<C>;
  readonly turn: Turn<C>;
  readonly heard: Heard;
  readonly position: Position | null;
  readonly step: Step<Position['data'], C> | null;
}

type Told = TurnOutcome | null;

function told(landing: Landing, way: TurnWay, intent?: Intent): TurnOutcome {
  const kind = landing.position ? 'handled' : 'complete';
  return { kind, ...landing, way, ...(intent ? { intent } : {}) };
}

function hear<C>(engine: Engine<C>, turn: Turn<C>, input: Input): Heard {
  return {
    ...input,
    language: turn.language,
    exact: input.kind === 'option' ? null : engine.understanding.exact(input.text),
    say: (sentence) => engine.say(sentence, turn.language),
  };
}

/**
 * Runs one turn of a conversation: global words first, then entrances, then the answer to the question on the screen,
 * then what a free text seems to want. Reads and writes nothing itself; a step that throws gives `failed`.
 */
export async function runTurn<C>(
  position: Position | null,
  input: Input,
  engine: Engine<C>,
  turn: Turn<C>,
): Promise<TurnOutcome> {
  try {
    if (input.media === 'reaction') return { kind: 'skipped', reason: 'reaction' };
    const step = position && stepAt(engine, position);
    const fresh = position !== null && step === null;
    const scene = { engine, turn, heard: hear(engine, turn, input), position: step ? position : null, step } as const;
    return (await byWord(scene)) ?? (await byEntrance(scene)) ?? (await byPlace(scene, fresh));
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** A message that is a number and nothing else: how many, which pin code, which reference. */
const ONLY_DIGITS = /^\d{1,16}$/;

/**
 * Says whether a message can be handled at once (a tap, a global word, a line of the menu on the screen, a bare number
 * to a question); everything else is free text, of which more may be on its way.
 */
export function isInstant<C>(position: Position | null, input: Input, engine: Engine<C>, language: string): boolean {
  if (input.kind !== 'text') return input.kind === 'option';
  const heard = hear(engine, { language, context: undefined, now: new Date(0) }, input);
  if (position !== null && ONLY_DIGITS.test(withoutEdges(plainText(input.text)))) return true;
  return globalWord(heard, position !== null) !== null || optionMeant(heard, position?.options ?? []) !== null;
}

function tappedIntent(heard: Heard): Intent | null {
  const id = heard.kind === 'option' ? heard.option : undefined;
  return id?.startsWith(OFFER) ? (id.slice(OFFER.length) as Intent) : null;
}

/** Reads a word that works at every step; 0 and 9 only where a choice is asked. */
function globalWord(heard: Heard, choice: boolean): Intent | null {
  if (choice && heard.kind === 'text') {
    const sign = withoutEdges(plainText(heard.text));
    if (sign === '0') return 'back';
    if (sign === '9') return 'human';
  }
  return heard.exact !== null && isGlobalWord(heard.exact) ? heard.exact : null;
}

/** A word that is also the label of an option on the screen answers the question; STOP alone is always STOP. */
function isAnswer<C>({ heard, position, step }: Scene<C>, intent: Intent): boolean {
  return intent !== 'stop' && step?.choice === true && isLabel(heard, position?.options ?? []);
}

async function byWord<C>(scene: Scene<C>): Promise<Told> {
  const tapped = tappedIntent(scene.heard);
  if (tapped) return obey(scene, tapped, 'word');
  const intent = globalWord(scene.heard, scene.step?.choice ?? false);
  return intent && !isAnswer(scene, intent) ? obey(scene, intent, 'word') : null;
}

/** Does what a command says; null when the bot has no such command. */
async function obey<C>(scene: Scene<C>, intent: Intent, way: TurnWay): Promise<Told> {
  const { engine, turn, position } = scene;
  if (intent === 'back') return told(await goBack(engine, turn, position), way, intent);
  const next = await (intent === 'cancel' ? cancelled(scene) : commanded(scene, intent));
  if (next) return told(await follow(engine, turn, position, next), way, intent);
  if (intent === 'menu') return told(await goHome(engine, turn, []), way, intent);
  if (intent === 'cancel') return told(await goHome(engine, turn, [{ copy: 'engine.cancelled' }]), way, intent);
  return null;
}

const commandOf = <C>({ engine }: Scene<C>, intent: Intent): Command<C> | null =>
  (Object.hasOwn(engine.commands, intent) && engine.commands[intent]) || null;

async function commanded<C>(scene: Scene<C>, intent: Intent): Promise<Next | null> {
  const command = commandOf(scene, intent);
  if (!command) return null;
  if ('run' in command) return command.run(scene.turn.context, scene.position, scene.heard.text);
  return { kind: 'flow', flow: command.flow, data: command.data ?? {} };
}

async function cancelled<C>(scene: Scene<C>): Promise<Next | null> {
  const { engine, turn, position } = scene;
  const flow = position && flowNamed(engine, position.flow);
  if (position && flow?.cancel) return flow.cancel(position.data, turn.context);
  return commanded(scene, 'cancel');
}

async function byEntrance<C>(scene: Scene<C>): Promise<Told> {
  const { engine, turn, heard, position } = scene;
  const next = (await engine.entrance?.(heard, turn.context)) ?? null;
  return next && told(await follow(engine, turn, position, next), 'entrance');
}

async function byPlace<C>(scene: Scene<C>, fresh: boolean): Promise<TurnOutcome> {
  const { engine, turn, heard, position, step } = scene;
  if (position && step) return atStep({ ...scene, position, step });
  if (fresh) return told(await goHome(engine, turn, [{ copy: 'engine.fresh-start' }]), 'home');
  if (heard.kind === 'media') return told(await goHome(engine, turn, [mediaAnswer(heard)]), 'media');
  const home = () => goHome(engine, turn, []);
  return (await byMeaning(scene, home)) ?? told(await home(), 'home');
}

type Standing<C> = Scene<C> & { readonly position: Position; readonly step: Step<Position['data'], C> };

async function atStep<C>(scene: Standing<C>): Promise<TurnOutcome> {
  const { engine, turn, heard, position } = scene;
  if (heard.kind === 'media') return byMedia(scene);
  if (isOld(scene)) return told(await askAgain(engine, turn, position, [{ copy: 'menu.old' }], 0), 'old');
  return (await byQuestion(scene)) ?? byAnswer(scene);
}

/** Says whether an answer belongs to a menu that is no longer the one on the screen, or is too old to trust. */
function isOld<C>({ engine, turn, heard, position }: Standing<C>): boolean {
  const shown = position.options;
  if (heard.kind === 'option' && !shown.some(({ id }) => id === heard.option)) return true;
  const age = turn.now.getTime() - Date.parse(position.askedAt);
  const old = heard.quotesOther === true || age > (engine.menuMaxAgeMs ?? MENU_MAX_AGE_MS);
  if (!old || heard.exact === 'yes' || heard.exact === 'no') return old;
  if (shown.length === 0) return false;
  return optionMeant(heard, shown) !== null || lineNumber(wordsOf(plainText(heard.text)), heard.language) !== null;
}

async function byMedia<C>(scene: Standing<C>): Promise<TurnOutcome> {
  const { engine, turn, heard, position, step } = scene;
  const next = (await step.media?.(heard, position.data, turn.context)) ?? null;
  if (next) return told(await follow(engine, turn, position, next), 'media');
  return told(await askAgain(engine, turn, position, [mediaAnswer(heard)], position.strikes), 'media');
}

function mediaAnswer({ media = 'unknown' }: Heard): Reply {
  const known = (MEDIA_KINDS as readonly string[]).includes(media);
  return { copy: `media.${known ? media : 'unknown'}` };
}

/** Reads the answer to the engine's own question "did you mean …?". */
async function byQuestion<C>(scene: Standing<C>): Promise<Told> {
  const { engine, turn, heard, position } = scene;
  if (!position.options.some(({ id }) => id === GO_ON)) return null;
  const offered = position.options.filter(({ id }) => id.startsWith(OFFER));
  const yes = heard.exact === 'yes' && offered.length === 1 ? offered[0] : undefined;
  const meant = yes?.id ?? (heard.exact === 'no' ? GO_ON : optionMeant(heard, position.options)?.id);
  if (meant === undefined) return null;
  if (meant === GO_ON) return told(await askAgain(engine, turn, position, [], 0), 'question');
  return obey(scene, meant.slice(OFFER.length) as Intent, 'question');
}

async function byAnswer<C>(scene: Standing<C>): Promise<TurnOutcome> {
  const { engine, turn, heard, position, step } = scene;
  const parsed = await step.parse(heard, position.options, position.data, turn.context);
  if (parsed.kind === 'ok') {
    const next = await step.then(position.data, parsed.value, turn.context);
    return told(await follow(engine, turn, position, next), 'answer');
  }
  if (step.choice && heard.kind === 'text') {
    const meaning = await byMeaning(scene, async () => ({ position, replies: [] }));
    if (meaning) return meaning;
  }
  return badAnswer(scene, parsed);
}

async function badAnswer<C>(scene: Standing<C>, parsed: Parsed<unknown> & { kind: 'bad' }): Promise<TurnOutcome> {
  const { engine, turn, position, step } = scene;
  const strikes = Math.min(position.strikes + 1, STRIKES_TO_PERSON);
  const person = step.choice ? 'engine.offer-person' : 'engine.offer-person-words';
  const said: readonly Reply[] = [
    parsed.hint,
    ...(strikes === 2 ? [parsed.example ?? { copy: 'engine.example' }] : []),
    ...(strikes === STRIKES_TO_PERSON ? [{ copy: person }] : []),
  ];
  return told(await askAgain(engine, turn, position, said, strikes), 'bad');
}

/**
 * Acts on a free text only where it is certain and harmless; where it is not, asks "did you mean …?" at the place that
 * `staying` gives, where the chat waits meanwhile.
 */
async function byMeaning<C>(scene: Scene<C>, staying: () => Promise<Landing>): Promise<Told> {
  const { engine, heard } = scene;
  if (heard.kind !== 'text') return null;
  const exact = heard.exact;
  if (exact !== null && exact !== 'yes' && exact !== 'no') return obey(scene, exact, 'word');
  const guess = exact === null ? engine.understanding.guess(heard.text) : ({ kind: 'none' } as const);
  if (guess.kind === 'none') return null;
  const intents = guess.kind === 'confident' ? [guess.intent] : guess.intents;
  const [first] = intents;
  if (guess.kind === 'confident' && first && commandOf(scene, first)?.guess) return obey(scene, first, 'intent');
  const known = intents.filter((intent) => intent === 'cancel' || commandOf(scene, intent) !== null);
  const place = known.length > 0 ? (await staying()).position : null;
  return place && asked(scene, place, known.slice(0, 2));
}

function asked<C>({ turn }: Scene<C>, position: Position, intents: readonly Intent[]): TurnOutcome {
  const offers = intents.map((intent): Option => ({ id: `${OFFER}${intent}`, label: { copy: `intent.${intent}` } }));
  const options = [...offers, { id: GO_ON, label: { copy: 'engine.go-on' } }];
  const askedAt = turn.now.toISOString();
  const reply: Reply = { copy: 'engine.did-you-mean', options };
  return told({ position: { ...position, options, askedAt }, replies: [reply] }, 'question', intents[0]);
}
