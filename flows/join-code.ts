import { freeText } from '#conversation/parse';
import { startFlow, stay, step } from '#conversation/step';
import { findCodes } from '#domain/codes';
import type { FlowContext, ToliFlow } from './context.ts';
import { onCodes } from './on-code.ts';

const code = step({
  choice: false,
  async ask() {
    return { replies: [{ copy: 'code.ask' }] };
  },
  parse: freeText(200),
  async then(_data: Record<never, never>, text: string, context: FlowContext) {
    const codes = findCodes(text);
    if (codes.length > 0) return onCodes(context, codes);
    if (/^\D*$/.test(text)) return startFlow('browse', { from: 0 });
    return stay({ copy: 'code.unknown' });
  },
});

/** Asks for the code a friend sent. */
export const joinCode: ToliFlow = { name: 'join-code', version: 1, start: 'code', steps: { code } };
