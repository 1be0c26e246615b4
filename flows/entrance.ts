import type { Input, Next } from '#conversation/flow';
import { plainText } from '#conversation/plain-text';
import { findBrokenCode, findCodes } from '#domain/codes';
import { dealByNumber } from '#domain/deals';
import type { FlowContext } from './context.ts';
import { viewedDeal } from './log.ts';
import { onCodes } from './on-code.ts';
import { welcomedFirst } from './welcome.ts';

/** Is the verb that broadcasts carry, so that their number is never taken for a line of a menu. */
const DEAL = /^(?:deal|dil|डील)\s*(?:no|number|नंबर)?[\s.:#-]*(\d{1,6})$/u;

/** Takes what goes before any step: an invitation or team code anywhere in a text, or `DEAL 7`; null for the rest. */
export async function entrance(input: Input, context: FlowContext): Promise<Next | null> {
  if (input.kind !== 'text') return null;
  const codes = findCodes(input.text);
  if (codes.length > 0) return onCodes(context, codes);
  if (findBrokenCode(input.text) !== null) return onCodes(context, []);
  const number = DEAL.exec(plainText(input.text))?.[1];
  return number === undefined ? null : toDeal(Number(number), context);
}

async function toDeal(number: number, context: FlowContext): Promise<Next> {
  const view = await dealByNumber(context.deps, number);
  if (!view) return welcomedFirst(context, 'browse', { from: 0 }, { copy: 'deal.unknown' });
  await viewedDeal(context, view);
  return welcomedFirst(context, 'deal', { dealId: view.deal._id });
}
