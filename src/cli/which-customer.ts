import type { Deps } from '#domain/deps';
import { type FoundCustomer, findCustomer } from '#domain/find-customer';
import { RefusedError } from './cli-error.ts';

/** Finds the one customer an operator means. Throws a RefusedError that says what to type when there is none or several. */
export async function whichCustomer(
  deps: Deps,
  who: string,
): Promise<Extract<FoundCustomer, { kind: 'found' }>['customer']> {
  const found = await findCustomer(deps, who);
  switch (found.kind) {
    case 'found':
      return found.customer;
    case 'ambiguous':
      throw new RefusedError(`Several customers fit. Name one of: ${found.choices.join(', ')}.`);
    case 'unknown':
      throw new RefusedError(
        'No customer fits. Give a phone number (+91…), a customer id (c_…) or an import id (online-retail:17850).',
      );
    default:
      return found satisfies never;
  }
}
