import type { Reader } from '#bot/parts';
import type { Engine } from '#conversation/engine';
import { renderReplies, renderSentence } from '#conversation/render';
import { createUnderstanding } from '#conversation/understand';
import type { Rendered } from '#domain/outbox-sending';
import { catalogue } from '#flows/catalogue';
import { conversations, type FlowContext } from '#flows/index';
import { lexicons } from '#flows/lexicons';
import type { Reply } from '#lib/sentence';

const ANY_ZONE = 'Asia/Kolkata';

/** Puts the conversations, their words and the understanding together. */
export function createEngine(): Engine<FlowContext> {
  return {
    ...conversations,
    understanding: createUnderstanding(lexicons),
    say: (sentence, language) => renderSentence(sentence, { language, timeZone: ANY_ZONE, now: new Date() }, catalogue),
  };
}

/** Renders the replies of a turn in the reader's language and local time. */
export function render(replies: readonly Reply[], { language, zone, now }: Reader): Rendered {
  const { text, options, image, orderId } = renderReplies(replies, { language, timeZone: zone, now }, catalogue);
  return {
    text,
    options: [...options],
    ...(image ? { imageUrl: image.url } : {}),
    ...(orderId ? { orderId } : {}),
  };
}
