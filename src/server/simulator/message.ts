import type { PhoneHistoryEntry } from './handlers.ts';

/** Turns a stored message into what the API gives out. */
export function publicMessage(entry: PhoneHistoryEntry) {
  const { seq, direction, id, kind, text, imageUrl, imageAlt, options, orderId, replyTo, at } = entry;
  const optional = { imageUrl, imageAlt, options, orderId, replyTo };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { seq, direction, id, kind, text, ...given, at: at.toISOString() };
}
