import type { Json, JsonObject, Next, Sentence } from '#conversation/flow';
import { choice, yesNo } from '#conversation/parse';
import { goto, startFlow, step } from '#conversation/step';
import { setMarketing } from '#domain/consent';
import { updateCustomer } from '#domain/customers';
import { LANGUAGES, type Language } from '#models/customer';
import type { FlowContext, ToliFlow } from './context.ts';
import { LANGUAGE_OPTIONS, speak } from './language.ts';
import { YES_NO } from './say.ts';

/** Names the words of the consent question; a new wording is a new version. */
export const CONSENT_TEXT = 'marketing-1';

/** Holds where the welcome leads, and what is said there: the menu, or the team whose link brought her. */
type Welcome = { readonly after?: After };
type After = { readonly flow: string; readonly data: JsonObject; readonly say: Json };

const language = step({
  choice: true,
  async ask(data: Welcome, { customer }: FlowContext) {
    if (customer.languageChosen) return goto('consent', data);
    return { replies: [{ copy: 'welcome.language' }], options: LANGUAGE_OPTIONS };
  },
  parse: choice(LANGUAGES),
  async then(data: Welcome, chosen: Language, context: FlowContext) {
    await speak(context, chosen);
    return goto('consent', data);
  },
});

const consent = step({
  choice: true,
  async ask() {
    return { replies: [{ copy: 'welcome.what' }, { copy: 'welcome.consent' }], options: YES_NO };
  },
  parse: yesNo(),
  async then(data: Welcome, granted: boolean, context: FlowContext) {
    const { deps, inboxId } = context;
    const customerId = context.customer._id;
    await setMarketing(deps, { customerId, granted, inboxId, language: context.language, textVersion: CONSENT_TEXT });
    context.customer = await updateCustomer(deps, customerId, { welcomed: true });
    const { flow, data: rest, say } = data.after ?? { flow: 'menu', data: {}, say: [] };
    const replies = [{ copy: granted ? 'welcome.consent-yes' : 'welcome.consent-no' }, ...said(say)];
    return startFlow(flow, rest, { replies, forget: true });
  },
});

/** A sentence is JSON all through, which its type, being open to other fields, does not say. */
const stored = (say: readonly Sentence[]) => say as unknown as Json;
const said = (say: Json) => say as unknown as readonly Sentence[];

/** Greets a new shopper: her language, what Toli is, and whether she wants offers. Service never depends on the answer. */
export const welcome: ToliFlow<Welcome> = {
  name: 'welcome',
  version: 1,
  start: 'language',
  steps: { language, consent },
};

/** Brings somebody to a place with something to say; whoever is new is welcomed first and hears it in her language. */
export function welcomedFirst(
  { customer }: FlowContext,
  flow: string,
  data: JsonObject,
  ...say: readonly Sentence[]
): Next<never> {
  if (customer.welcomed) return startFlow(flow, data, { replies: say });
  return startFlow('welcome', { after: { flow, data, say: stored(say) } });
}
