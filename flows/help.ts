import { choice } from '#conversation/parse';
import { startFlow, step } from '#conversation/step';
import type { ToliFlow } from './context.ts';
import { option } from './say.ts';

const CHOICES = ['browse', 'join-code', 'search', 'profile', 'menu'] as const;
const OPTIONS = CHOICES.map((id) => option(id, `help.${id}`));

const show = step({
  choice: true,
  async ask() {
    return { replies: [{ copy: 'help.how' }, { copy: 'help.words' }], options: OPTIONS };
  },
  parse: choice(CHOICES),
  async then(_data: Record<never, never>, chosen: (typeof CHOICES)[number]) {
    return startFlow(chosen);
  },
});

/** Explains buying together in four lines, and the words that work everywhere. */
export const help: ToliFlow = { name: 'help', version: 1, start: 'show', steps: { show } };
