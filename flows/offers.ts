import type { Next, Position } from '#conversation/flow';
import { end, stay } from '#conversation/step';
import { setMarketing } from '#domain/consent';
import type { FlowContext } from './context.ts';
import { CONSENT_TEXT } from './welcome.ts';

async function answered(context: FlowContext, position: Position | null, granted: boolean): Promise<Next> {
  const { deps, customer, inboxId, language } = context;
  await setMarketing(deps, { customerId: customer._id, granted, inboxId, language, textVersion: CONSENT_TEXT });
  context.customer = { ...customer, marketing: granted };
  const reply = { copy: granted ? 'offers.start' : 'offers.stop' };
  return position ? stay(reply) : end(reply);
}

/** Ends all offers at once; whatever was being asked goes on. */
export const stopOffers = (context: FlowContext, position: Position | null) => answered(context, position, false);

/** Allows offers again. */
export const startOffers = (context: FlowContext, position: Position | null) => answered(context, position, true);
