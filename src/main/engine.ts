import type { Reader } from '#bot/parts';
import type { Engine } from '#conversation/engine';
import { renderReplies, renderSentence } from '#conversation/render';
import { createWritingReader } from '#conversation/script-of-text';
import { createUnderstanding } from '#conversation/understand';
import type { Rendered } from '#domain/outbox-sending';
import { catalogue } from '#flows/catalogue';
import { conversations, type FlowContext } from '#flows/index';
import { lexicons } from '#flows/lexicons';
import type { Reply } from '#lib/sentence';

const ANY_ZONE = 'Asia/Kolkata';

/** Tells which language and script a text is written in. */
export const readWriting = createWritingReader(lexicons);

/** Puts the conversations, their words and the understanding together; `goods` are words of the products on sale. */
export function createEngine(goods: readonly string[] = []): Engine<FlowContext> {
  return {
    ...conversations,
    understanding: createUnderstanding(lexicons, goods),
    say: (sentence, language) => renderSentence(sentence, { language, timeZone: ANY_ZONE, now: new Date() }, catalogue),
  };
}

/** Renders the replies of a turn in the reader's language and local time. */
export function render(replies: readonly Reply[], { language, zone, now }: Reader): Rendered {
  const { text, options, image, orderId } = renderReplies(replies, { language, timeZone: zone, now }, catalogue);
  return {
    text,
    options: [...options],
    ...(image ? { imageUrl: pictureIn(image.url, language), imageAlt: image.alt } : {}),
    ...(orderId ? { orderId } : {}),
  };
}

/** Asks for a deal's picture in the reader's language. */
function pictureIn(url: string, language: string): string {
  return url.includes('/pictures/deal/') && !url.includes('?') ? `${url}?lang=${language}` : url;
}
