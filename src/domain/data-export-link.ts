import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Deps } from './deps.ts';

/** How long (business time) a link to somebody's data works. */
export const EXPORT_LINK_MS = 24 * 3_600_000;

/** Is a link to a customer's own data and the instant it stops working. */
export interface ExportLink {
  readonly url: string;
  readonly until: Date;
}

/** Makes a link under which a customer's data can be fetched for a day. Nothing is stored: the link carries its proof. */
export function exportLink(deps: Deps, customerId: string): ExportLink {
  const until = new Date(deps.clock.now().getTime() + EXPORT_LINK_MS);
  const claim = `${customerId}.${until.getTime().toString(36)}`;
  return { url: `${deps.publicUrl}/my-data/${claim}.${proofOf(deps, claim)}`, until };
}

/** Reads whose data a token of such a link gives; null when it was tampered with or is too old. */
export function customerOfExport(deps: Deps, token: string): string | null {
  const [customerId, until, proof, ...rest] = token.split('.');
  if (!customerId || !until || !proof || rest.length > 0) return null;
  const given = Buffer.from(proof);
  const right = Buffer.from(proofOf(deps, `${customerId}.${until}`));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  return Number.parseInt(until, 36) > deps.clock.now().getTime() ? customerId : null;
}

function proofOf({ secrets }: Deps, claim: string): string {
  return createHmac('sha256', secrets.key).update(`my-data|${claim}`).digest('base64url');
}
