import type { CustomerDoc } from '#models/customer';

/** Says where deals must be for sale to be this customer's. */
export function whereabouts({ market, place }: Pick<CustomerDoc, 'market' | 'place'>): {
  market: string;
  pinCode?: string;
} {
  return { market, ...(place ? { pinCode: place.pinCode } : {}) };
}
