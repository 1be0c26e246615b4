import { choice } from '#conversation/parse';
import { startFlow, step } from '#conversation/step';
import { updateCustomer } from '#domain/customers';
import { LANGUAGES, type Language } from '#models/customer';
import type { FlowContext, ToliFlow } from './context.ts';
import { option } from './say.ts';

/** Lists the languages, each called by its own name in its own script. */
export const LANGUAGE_OPTIONS = [
  option('hi', 'language.hi'),
  option('hi-Latn', 'language.hi-Latn'),
  option('en', 'language.en'),
] as const;

/** Makes a language the customer's own, from this turn on. */
export async function speak(context: FlowContext, chosen: Language): Promise<void> {
  context.customer = await updateCustomer(context.deps, context.customer._id, {
    language: chosen,
    languageChosen: true,
  });
  context.language = chosen;
}

const choose = step({
  choice: true,
  async ask() {
    return { replies: [{ copy: 'language.ask' }], options: LANGUAGE_OPTIONS };
  },
  parse: choice(LANGUAGES),
  async then(_data: Record<never, never>, chosen: Language, context: FlowContext) {
    await speak(context, chosen);
    return startFlow('menu', {}, { replies: [{ copy: 'language.done' }] });
  },
});

/** Changes the language, at any time. */
export const language: ToliFlow = { name: 'language', version: 1, start: 'choose', steps: { choose } };
