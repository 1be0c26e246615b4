import type { HistoryMessage } from './client.ts';

/** Does without colours where they are not wanted. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const UPI_LINK = /upi:\/\/pay\?[^\s]+/;
const PAYMENT_LINK = /https?:\/\/[^\s]+\/pay\/[^\s]+/;
/** A message is data from elsewhere: it must not move the cursor or change colours. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/** Writes a message as lines for a terminal; numbered options stand in its text already. */
export function linesOf(message: HistoryMessage, paint: Paint): string[] {
  const time = new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const text = message.text.split('\n').map((line) => `  ${emphasise(line.replace(CONTROL, ' '), paint)}`);
  const picture = message.imageUrl ? [`  ${paint.faint(`[picture: ${message.imageUrl.replace(CONTROL, '')}]`)}`] : [];
  const who = message.direction === 'in' ? 'you' : 'Toli';
  return [`${paint.strong(who)} ${paint.faint(time)}`, ...picture, ...text];
}

function emphasise(line: string, { strong }: Paint): string {
  return line.replace(/\*(?=\S)([^*]+)\*/g, (_whole, words: string) => strong(words));
}

/** Finds the link of a message that a phone would scan in order to pay. */
export function linkToScan({ text }: HistoryMessage): string | undefined {
  return UPI_LINK.exec(text)?.[0] ?? PAYMENT_LINK.exec(text)?.[0];
}
