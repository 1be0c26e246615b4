import type { Sentence } from '#conversation/flow';
import { choice, freeText, pinCode } from '#conversation/parse';
import { goto, startFlow, step } from '#conversation/step';
import { updateCustomer } from '#domain/customers';
import { writtenAddress } from './buy-place.ts';
import type { FlowContext, ToliFlow } from './context.ts';
import { option, stacked } from './say.ts';

const CHOICES = ['name', 'place', 'language', 'my-data', 'menu'] as const;
const OPTIONS = CHOICES.map((id) => option(id, `profile.${id}`));
const NAME_LENGTH = 40;

/** Holds the pin code between its question and the address. */
type Profile = { readonly pinCode?: string };

function card({ customer }: FlowContext): Sentence {
  const { name, place, marketing } = customer;
  return stacked([
    name === undefined ? { copy: 'profile.no-name' } : { copy: 'profile.your-name', params: { name } },
    place === undefined
      ? { copy: 'profile.no-place' }
      : { copy: 'profile.your-place', params: { place: place.text, pin: place.pinCode } },
    { copy: marketing ? 'profile.offers-on' : 'profile.offers-off' },
  ]);
}

const show = step({
  choice: true,
  async ask(_data: Profile, context: FlowContext) {
    return { replies: [card(context)], options: OPTIONS };
  },
  parse: choice(CHOICES),
  async then(_data: Profile, chosen: (typeof CHOICES)[number]) {
    if (chosen === 'name') return goto('name', {});
    return chosen === 'place' ? goto('pin', {}) : startFlow(chosen);
  },
});

const name = step({
  choice: false,
  async ask() {
    return { replies: [{ copy: 'profile.name-ask' }] };
  },
  parse: freeText(NAME_LENGTH),
  async then(_data: Profile, written: string, context: FlowContext) {
    context.customer = await updateCustomer(context.deps, context.customer._id, { name: written });
    return goto('show', {}, { replies: [{ copy: 'profile.saved' }] });
  },
});

const pin = step({
  choice: false,
  async ask() {
    return { replies: [{ copy: 'place.pin' }] };
  },
  parse: (heard, shown, _data: Profile, { customer }: FlowContext) => pinCode(customer.market)(heard, shown),
  async then(_data: Profile, code: string) {
    return goto('address', { pinCode: code });
  },
});

const address = step({
  choice: false,
  async ask() {
    return { replies: [{ copy: 'place.address' }] };
  },
  parse: writtenAddress,
  async then({ pinCode: code = '' }: Profile, text: string, context: FlowContext) {
    const place = { kind: 'address' as const, text, pinCode: code };
    context.customer = await updateCustomer(context.deps, context.customer._id, { place });
    return goto('show', {}, { replies: [{ copy: 'profile.saved' }] });
  },
});

/** Shows and changes what we know of her: name, place, language, offers, and the data itself. */
export const profile: ToliFlow<Profile> = {
  name: 'profile',
  version: 1,
  start: 'show',
  steps: { show, name, pin, address },
};
