import { type CountryCode, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { addressKey, maskAddress, openAddress, type Secrets, sealAddress } from '#lib/identity';
import type { CustomerAddress, CustomerDoc } from '#models/customer';
import { CHANNEL_NAMES, type ChannelName } from '#ports/channel';
import type { Deps } from './deps.ts';
import { KNOWN_MARKETS } from './rules.ts';

/** Lists the channels a person can be reached on. */
export const KNOWN_CHANNELS: readonly ChannelName[] = CHANNEL_NAMES;

/** Is the market of a person whose address says nothing about a country we serve. */
export const DEFAULT_MARKET = 'IN';

/** Reads a phone number as people write it into E.164 (`+919876543210`); null when it is none. */
export function readPhone(text: string, market: string = DEFAULT_MARKET): string | null {
  const phone = parsePhoneNumberFromString(text, market as CountryCode);
  return phone?.isPossible() ? phone.number : null;
}

/** Chooses the market of an address by the country of the phone number, or by its calling code where that is all it says. */
export function marketOf(address: string): string {
  const phone = parsePhoneNumberFromString(address);
  if (phone?.country) return KNOWN_MARKETS.includes(phone.country) ? phone.country : DEFAULT_MARKET;
  const byCode = KNOWN_MARKETS.find(
    (market) => getCountryCallingCode(market as CountryCode) === phone?.countryCallingCode,
  );
  return byCode ?? DEFAULT_MARKET;
}

/** Turns an address into what may be stored: a lookup key, a sealed copy and a mask. */
export function storedAddress(secrets: Secrets, channel: string, address: string, at: Date): CustomerAddress {
  return {
    channel,
    key: addressKey(secrets, channel, address),
    sealed: sealAddress(secrets, address),
    mask: maskAddress(address),
    at,
  };
}

/** Names the chat of an address: `<channel>:<key>`. */
export function chatIdOf(address: Pick<CustomerAddress, 'channel' | 'key'>): string {
  return `${address.channel}:${address.key}`;
}

/** Makes the lookup keys one phone number has, one per channel. */
export function keysOfPhone(secrets: Secrets, phone: string): { channel: ChannelName; key: string }[] {
  return CHANNEL_NAMES.map((channel) => ({ channel, key: addressKey(secrets, channel, phone) }));
}

/** Decrypts the latest address a customer has on a channel (on any, when none is named); null when there is none. */
export function addressOf(deps: Deps, customer: CustomerDoc, channel?: string): string | null {
  const fitting = customer.addresses.filter((address) => channel === undefined || address.channel === channel);
  const latest = fitting.at(-1);
  return latest ? openAddress(deps.secrets, latest.sealed) : null;
}

/** Decrypts every address of a customer, for comparing two people. Never store or log the result. */
export function openedAddresses(deps: Deps, customer: CustomerDoc): Set<string> {
  return new Set(customer.addresses.map((address) => openAddress(deps.secrets, address.sealed)));
}
