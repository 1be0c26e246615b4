import { createWritingReader } from '#conversation/script-of-text';
import { updateCustomer } from '#domain/customers';
import type { FlowContext } from './context.ts';
import { lexicons } from './lexicons.ts';

const writingOf = createWritingReader(lexicons);

/**
 * Answers in the script she writes in: before she has chosen a language in any of them, afterwards between the two ways
 * of writing Hindi. A chosen English stays, and so does everything that cannot be told for certain.
 */
export async function followWriting(context: FlowContext, text: string): Promise<void> {
  const { customer, deps } = context;
  const writing = writingOf(text);
  if (writing === null || writing === context.language) return;
  if (customer.languageChosen && (writing === 'en' || context.language === 'en')) return;
  context.customer = await updateCustomer(deps, customer._id, { language: writing });
  context.language = writing;
}
