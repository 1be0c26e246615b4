import type { Engine, Landing, Turn } from './engine.ts';
import type { Flow, Next, Option, Place, Position, Prompt, Reply, Step } from './flow.ts';

/** Bounds how many steps may pass a conversation on without asking anything. */
const MAX_HOPS = 12;
/** Bounds how far "back" leads. */
const MAX_HISTORY = 6;

/** Finds a flow by name, null when there is none of that name. */
export function flowNamed<C>(engine: Engine<C>, name: string): Flow<C> | null {
  return Object.hasOwn(engine.flows, name) ? (engine.flows[name] ?? null) : null;
}

/** Finds the step of a place, null when the flow is gone, has another version, or lost the step. */
export function stepAt<C>(engine: Engine<C>, place: Place): Step<Place['data'], C> | null {
  const flow = flowNamed(engine, place.flow);
  if (!flow || flow.version !== place.version || !Object.hasOwn(flow.steps, place.step)) return null;
  return flow.steps[place.step] ?? null;
}

function beginningOf<C>(engine: Engine<C>, name: string, data: Place['data'] = {}): Place {
  const flow = flowNamed(engine, name);
  if (!flow) throw new Error(`No flow is called "${name}"; register it with the engine.`);
  return { flow: name, version: flow.version, step: flow.start, data };
}

function placeAfter<C>(engine: Engine<C>, from: Place | null, next: Next & { kind: 'goto' | 'flow' }): Place {
  if (next.kind === 'flow') return beginningOf(engine, next.flow, next.data);
  if (!from) throw new Error(`"goto ${next.step}" was returned outside a flow; start a flow instead.`);
  return { flow: from.flow, version: from.version, step: next.step, data: next.data };
}

/** Puts the menu of a prompt on its last reply, so that one place holds it. */
function withMenu(prompt: Prompt): { replies: readonly Reply[]; options: readonly Option[] } {
  const carried = prompt.replies.findLast((reply) => reply.options)?.options;
  const options = prompt.options ?? carried ?? [];
  const last = prompt.replies.at(-1);
  if (carried || options.length === 0 || !last) return { replies: prompt.replies, options };
  return { replies: [...prompt.replies.slice(0, -1), { ...last, options }], options };
}

interface Arrival {
  readonly said?: readonly Reply[];
  readonly history?: readonly Place[];
  readonly strikes?: number;
}

/** Asks the question of a place, following steps that pass on at once. Throws when they never come to a question. */
export async function arrive<C>(engine: Engine<C>, turn: Turn<C>, place: Place, arrival: Arrival): Promise<Landing> {
  const replies = [...(arrival.said ?? [])];
  let here = place;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const step = stepAt(engine, here);
    if (!step) throw new Error(`Flow "${here.flow}" has no step "${here.step}".`);
    const asked = await step.ask(here.data, turn.context);
    if (!('kind' in asked)) return stand(turn, here, asked, replies, { ...arrival, moved: hop > 0 });
    replies.push(...(asked.replies ?? []));
    if (asked.kind === 'end') return { position: null, replies };
    if (asked.kind === 'stay') throw new Error(`Step "${here.step}" of "${here.flow}" asks nothing and stays.`);
    here = placeAfter(engine, here, asked);
  }
  throw new Error(`Flow "${place.flow}" passes on ${MAX_HOPS} times from "${place.step}" without asking.`);
}

function stand<C>(
  turn: Turn<C>,
  { flow, version, step, data }: Place,
  prompt: Prompt,
  said: readonly Reply[],
  { history = [], strikes = 0, moved }: Arrival & { moved: boolean },
): Landing {
  const { replies, options } = withMenu(prompt);
  const askedAt = turn.now.toISOString();
  const position = { flow, version, step, data, options, askedAt, strikes: moved ? 0 : strikes, history };
  return { position, replies: [...said, ...replies] };
}

const bare = ({ flow, version, step, data }: Place): Place => ({ flow, version, step, data });
const samePlace = (one: Place, other: Place) => one.flow === other.flow && one.step === other.step;

function historyAfter(from: Position | null, to: Place, forget: boolean): readonly Place[] {
  if (forget || !from) return [];
  const history = from.history ?? [];
  return samePlace(from, to) ? history : [...history, bare(from)].slice(-MAX_HISTORY);
}

/** Goes where a step or a command said. */
export async function follow<C>(engine: Engine<C>, turn: Turn<C>, from: Position | null, next: Next): Promise<Landing> {
  if (next.kind === 'end') return { position: null, replies: next.replies };
  if (next.kind === 'stay') {
    if (!from) return { position: null, replies: next.replies };
    return arrive(engine, turn, bare(from), { said: next.replies, history: from.history ?? [] });
  }
  const place = placeAfter(engine, from, next);
  const history = historyAfter(from, place, next.forget ?? false);
  return arrive(engine, turn, place, { said: next.replies ?? [], history });
}

/** Asks the question on the screen again, after `said`. */
export async function askAgain<C>(
  engine: Engine<C>,
  turn: Turn<C>,
  position: Position,
  said: readonly Reply[],
  strikes: number,
): Promise<Landing> {
  return arrive(engine, turn, bare(position), { said, history: position.history ?? [], strikes });
}

/** Goes to where every chat begins. */
export async function goHome<C>(engine: Engine<C>, turn: Turn<C>, said: readonly Reply[]): Promise<Landing> {
  const { flow, data } = engine.home(turn.context);
  return arrive(engine, turn, beginningOf(engine, flow, data), { said });
}

/** Goes back to the last question that still exists, or home. */
export async function goBack<C>(engine: Engine<C>, turn: Turn<C>, position: Position | null): Promise<Landing> {
  const history = position?.history ?? [];
  const index = history.findLastIndex((place) => stepAt(engine, place) !== null);
  const place = history[index];
  if (!place) return goHome(engine, turn, []);
  return arrive(engine, turn, place, { history: history.slice(0, index) });
}
