import type { Option, Parser } from '#conversation/flow';
import { freeText, picked, pinCode } from '#conversation/parse';
import { goto, startFlow, stay, step } from '#conversation/step';
import { updateCustomer } from '#domain/customers';
import { type DealView, dealById } from '#domain/deals';
import type { BuyData } from './buy-data.ts';
import type { FlowContext } from './context.ts';
import { idIn } from './deal-lines.ts';
import { option } from './say.ts';

const ADDRESS_LENGTH = 200;
const SHORTEST_ADDRESS = 6;
const PICKUPS_SHOWN = 3;

const serves = ({ deal }: DealView, code: string) => deal.pinCodes.length === 0 || deal.pinCodes.includes(code);

function placesFor(view: DealView, { customer }: FlowContext): readonly Option[] {
  const { place } = customer;
  const same: Option[] =
    place && serves(view, place.pinCode)
      ? [{ id: 'same', label: { copy: 'place.same', params: { place: place.text, pin: place.pinCode } } }]
      : [];
  const points = view.deal.pickupPoints
    .slice(0, PICKUPS_SHOWN)
    .map(({ id, name }): Option => ({ id: `pickup:${id}`, label: { copy: 'place.pickup', params: { place: name } } }));
  return [...same, ...points, option('address', same.length > 0 ? 'place.other' : 'place.home')];
}

/** Reads an address in people's own words; a lone number is none. */
export const writtenAddress: Parser<string> = (heard, shown) => {
  const parsed = freeText(ADDRESS_LENGTH)(heard, shown);
  const short = parsed.kind === 'ok' && ([...parsed.value].length < SHORTEST_ADDRESS || !/\p{L}/u.test(parsed.value));
  return short ? { kind: 'bad', hint: { copy: 'place.too-short' }, example: { copy: 'place.example' } } : parsed;
};

const onwards = (data: BuyData) => goto('spill', data);

/** Asks where it should go: the same as last time, a pick-up point, or an address. */
export const place = step({
  choice: true,
  async ask(data: BuyData, context: FlowContext) {
    const view = await dealById(context.deps, data.dealId);
    if (!view) return startFlow('browse', { from: 0 }, { replies: [{ copy: 'deal.over' }] });
    const options = placesFor(view, context);
    return options.length > 1 ? { replies: [{ copy: 'place.ask' }], options } : goto('pin', data);
  },
  parse: picked(),
  async then(data: BuyData, chosen: Option, { deps, customer }: FlowContext) {
    if (chosen.id === 'same' && customer.place) return onwards({ ...data, place: { ...customer.place } });
    const view = await dealById(deps, data.dealId);
    const point = view?.deal.pickupPoints.find(({ id }) => id === idIn(chosen.id, 'pickup'));
    if (!point) return goto('pin', data);
    return onwards({ ...data, place: { kind: 'pickup', text: point.name, pinCode: point.pinCode } });
  },
});

/** Asks the pin code first, because it decides whether the deal can be brought there at all. */
export const pin = step({
  choice: false,
  async ask() {
    return { replies: [{ copy: 'place.pin' }] };
  },
  parse: (heard, shown, _data: BuyData, { customer }: FlowContext) => pinCode(customer.market)(heard, shown),
  async then(data: BuyData, code: string, { deps }: FlowContext) {
    const view = await dealById(deps, data.dealId);
    if (view && !serves(view, code)) return stay({ copy: 'place.not-here', params: { pin: code } });
    return goto('address', { ...data, pinCode: code });
  },
});

/** Asks the address in her own words, and keeps it for the next time. */
export const address = step({
  choice: false,
  async ask() {
    return { replies: [{ copy: 'place.address' }] };
  },
  parse: writtenAddress,
  async then(data: BuyData, text: string, context: FlowContext) {
    const written = { kind: 'address' as const, text, pinCode: data.pinCode ?? '' };
    context.customer = await updateCustomer(context.deps, context.customer._id, { place: written });
    return onwards({ ...data, place: written });
  },
});
