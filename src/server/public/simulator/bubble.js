import { showable } from './emoji.js';
import { richText } from './rich-text.js';

const KINDS = {
  image: 'Photo',
  voice: 'Voice note',
  video: 'Video',
  document: 'Document',
  sticker: 'Sticker',
  location: 'Location',
  contact: 'Contact',
  reaction: 'Reaction',
  unknown: 'Something else',
};
const TICKS = {
  waiting: ['◷', 'on its way'],
  sent: ['✓', 'sent'],
  delivered: ['✓✓', 'delivered'],
  read: ['✓✓', 'read'],
};

const timeOf = (at) => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** Shortens a message to a line, for quotes and previews. */
export function lineOf(message) {
  const text =
    showable(message.text).replace(/[*~]/g, '').replace(/\s+/g, ' ').trim() || (KINDS[message.kind] ?? 'Message');
  return text.length > 90 ? `${text.slice(0, 88)}…` : text;
}

function media(message) {
  if (message.imageUrl) {
    const image = document.createElement('img');
    image.src = localPath(message.imageUrl);
    image.alt = message.imageAlt ?? '';
    image.loading = 'lazy';
    image.width = 1200;
    image.height = message.imageUrl.includes('/upi/') ? 1200 : 630;
    return [image];
  }
  if (message.direction !== 'in' || message.kind === 'text' || message.kind === 'option') return [];
  const chip = document.createElement('span');
  chip.className = 'kind';
  chip.textContent = KINDS[message.kind] ?? KINDS.unknown;
  return [chip];
}

/** Pictures of this very server are shown from here, whatever public name it has. */
function localPath(address) {
  const url = new URL(address, location.href);
  return url.pathname.startsWith('/pictures/') ? url.pathname + url.search : address;
}

function chips(message, onTap) {
  const group = document.createElement('div');
  group.className = 'options';
  group.append(
    ...message.options.map((option) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = showable(option.label);
      button.dir = 'auto';
      button.addEventListener('click', () => onTap(message, option));
      return button;
    }),
  );
  return group;
}

/** Builds the bubble of a message; `on` holds what its links, options and actions do. */
export function buildBubble(message, quoted, on) {
  const node = document.querySelector('#bubble').content.firstElementChild.cloneNode(true);
  node.classList.add(message.direction);
  node.dataset.id = message.id;
  node.querySelector('.media').append(...media(message));
  node.querySelector('.text').append(...richText(showable(message.text), (address) => on.open(address, message)));
  node.querySelector('time').textContent = timeOf(message.at);
  node.querySelector('time').dateTime = message.at;
  if (quoted) {
    const quote = node.querySelector('.quote');
    quote.hidden = false;
    quote.textContent = lineOf(quoted);
  }
  if (message.forwardedFrom) {
    const forwarded = node.querySelector('.forwarded');
    forwarded.hidden = false;
    forwarded.textContent = `From ${message.forwardedFrom}`;
    node.classList.add('forward');
    node.querySelector('[data-do=reply]').remove();
  }
  node.querySelector('[data-do=reply]')?.addEventListener('click', () => on.reply(message));
  node.querySelector('[data-do=forward]').addEventListener('click', () => on.forward(message));
  if (message.options?.length) node.append(chips(message, on.tap));
  return node;
}

/** Sets the ticks of one's own message: waiting, sent, delivered, read, or failed with a way to try again. */
export function setTicks(node, state, onRetry) {
  const ticks = node.querySelector('.ticks');
  node.classList.toggle('failed', state === 'failed');
  ticks.dataset.state = state;
  if (state === 'failed') {
    const again = document.createElement('button');
    again.type = 'button';
    again.textContent = 'Not sent. Try again';
    again.addEventListener('click', onRetry, { once: true });
    ticks.replaceChildren(again);
    return;
  }
  const [sign, title] = TICKS[state];
  ticks.textContent = sign;
  ticks.title = title;
  ticks.setAttribute('aria-label', title);
}
