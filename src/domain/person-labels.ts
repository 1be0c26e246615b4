import type { CustomerDoc } from '#models/customer';

/** Names a person to others without giving her away: `Asha K.` becomes `A… K…`, nobody's name becomes `…10`. */
export function maskedName(customer: Pick<CustomerDoc, 'name' | 'addresses'> | null): string {
  const words = (customer?.name ?? '').trim().split(/\s+/).filter(Boolean).slice(0, 2);
  if (words.length > 0) return words.map((word) => `${[...word][0]}…`).join(' ');
  const digits = customer?.addresses.at(-1)?.mask.slice(-2);
  return digits ? `…${digits}` : '…';
}
