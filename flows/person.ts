import type { Next, Position } from '#conversation/flow';
import { end, stay } from '#conversation/step';
import type { FlowContext } from './context.ts';
import { logged } from './log.ts';

/** Asks for a person: it is noted for the operator, and she hears when somebody answers. The question stays open. */
export async function askForPerson(context: FlowContext, position: Position | null): Promise<Next> {
  await logged(context, 'wish', { data: { wish: 'person' } });
  const reply = { copy: 'person.asked' };
  return position ? stay(reply) : end(reply);
}
