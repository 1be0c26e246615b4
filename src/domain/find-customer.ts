import { Customer, type CustomerDoc } from '#models/customer';
import { keysOfPhone, readPhone } from './addresses.ts';
import { customerById } from './customers.ts';
import type { Deps } from './deps.ts';
import { importedCustomer } from './linked-imports.ts';

export type FoundCustomer =
  | { readonly kind: 'found'; readonly customer: CustomerDoc }
  | { readonly kind: 'ambiguous'; readonly choices: readonly string[] }
  | { readonly kind: 'unknown' };

/**
 * Finds a customer by what an operator types: a phone number (as written in India when it has no country), a customer
 * id, or the id of an import, whole or bare. The phone is looked up by its key on every channel; `channel` picks one.
 */
export async function findCustomer(deps: Deps, who: string, channel?: string): Promise<FoundCustomer> {
  const text = who.trim();
  const byId = await customerById(text);
  if (byId) return { kind: 'found', customer: byId };
  const phone = looksLikePhone(text) ? readPhone(text) : null;
  const holders = phone ? await holdersOf(deps, phone, channel) : [];
  if (holders.length > 1) return { kind: 'ambiguous', choices: holders.map((holder) => holder._id) };
  if (holders[0]) return { kind: 'found', customer: holders[0] };
  const imported = await importedCustomer(text);
  if (!('kind' in imported)) return { kind: 'found', customer: (await customerById(imported._id)) ?? imported };
  return imported.kind === 'ambiguous' ? { kind: 'ambiguous', choices: imported.importIds } : { kind: 'unknown' };
}

function looksLikePhone(text: string): boolean {
  return /^\+?[\d\s().-]{8,20}$/.test(text);
}

async function holdersOf(deps: Deps, phone: string, channel: string | undefined): Promise<CustomerDoc[]> {
  const keys = keysOfPhone(deps.secrets, phone).filter((one) => channel === undefined || one.channel === channel);
  const rows = await Customer.find({ 'addresses.key': { $in: keys.map(({ key }) => key) } }).lean<CustomerDoc[]>();
  const resolved = await Promise.all(rows.map((row) => customerById(row._id)));
  return [...new Map(resolved.flatMap((row) => (row ? [[row._id, row] as const] : []))).values()];
}
