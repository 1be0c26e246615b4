import type { JsonObject } from '#conversation/flow';
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

/** Holds where the welcome leads: the menu, or the team whose link brought her. */
type Welcome = { readonly after?: { readonly flow: string; readonly data: JsonObject } };

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
    const { flow, data: rest } = data.after ?? { flow: 'menu', data: {} };
    const replies = [{ copy: granted ? 'welcome.consent-yes' : 'welcome.consent-no' }];
    return startFlow(flow, rest, { replies, forget: true });
  },
});

/** Greets a new shopper: her language, what Toli is, and whether she wants offers. Service never depends on the answer. */
export const welcome: ToliFlow<Welcome> = {
  name: 'welcome',
  version: 1,
  start: 'language',
  steps: { language, consent },
};
