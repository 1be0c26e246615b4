import type { JsonObject, Next, Reply, Step } from './flow.ts';

/** Makes a step; the answer's type comes from its parser. Step data are `type`s, not interfaces: they are JSON. */
export function step<D extends JsonObject, C, A>(parts: Step<D, C, A>): Step<D, C> {
  return parts;
}

interface Moving {
  readonly replies?: readonly Reply[];
  /** True at a point of no return: "back" cannot go behind it. */
  readonly forget?: boolean;
}

/** Goes to another step of the same flow. */
export function goto<D extends JsonObject>(name: string, data: D, moving: Moving = {}): Next<D> {
  return { kind: 'goto', step: name, data, ...moving };
}

/** Starts another flow at its first step. */
export function startFlow(flow: string, data: JsonObject = {}, moving: Moving = {}): Next<never> {
  return { kind: 'flow', flow, data, ...moving };
}

/** Says something and asks the same question again. */
export function stay(...replies: readonly Reply[]): Next<never> {
  return { kind: 'stay', replies };
}

/** Ends the conversation with these replies; the next message starts anew. */
export function end(...replies: readonly Reply[]): Next<never> {
  return { kind: 'end', replies };
}
