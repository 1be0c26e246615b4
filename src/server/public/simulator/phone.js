import { sendMessage } from './api.js';
import { buildBubble, lineOf, setTicks } from './bubble.js';
import { wireMenu } from './dialogs.js';
import { loadForwards } from './store.js';

const TYPING_MS = 4000;

/** Is one phone on the page: its history, its composer, and the pages it opens. */
export class Phone {
  constructor(owner, on) {
    this.owner = owner;
    this.on = on;
    this.seen = 0;
    this.messages = new Map();
    this.pending = new Map();
    this.forwards = loadForwards(owner.phone);
    this.follows = true;
    this.node = document.querySelector('#phone').content.firstElementChild.cloneNode(true);
    this.list = this.find('.messages');
    this.input = this.find('textarea');
    this.wire();
    this.show(owner);
    for (const forward of this.forwards) this.place(forward);
  }

  find(selector) {
    return this.node.querySelector(selector);
  }

  show({ name, phone }) {
    this.find('.name').textContent = name;
    this.find('.number').textContent = phone;
    this.find('.face').textContent = [...name][0]?.toUpperCase() ?? '?';
    this.find('.face').dataset.color = String(Number(phone.slice(-2)) % 6);
    this.node.id = `phone-${phone.slice(1)}`;
    this.node.setAttribute('aria-label', `${name}’s phone`);
    this.input.setAttribute('aria-label', `Message to Toli from ${name}`);
  }

  wire() {
    wireMenu(this.find('.menu-button'), this.find('.owner .menu'), ({ do: action }) => this.on[action](this));
    wireMenu(this.find('.attach-button'), this.find('.attach'), ({ kind }) => this.send({ text: '', kind }));
    this.find('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener('input', () => this.grow());
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
      if (event.key === 'Escape') this.quote(undefined);
    });
    for (const starter of this.node.querySelectorAll('.starters button'))
      starter.addEventListener('click', () => this.send({ text: starter.textContent }));
    this.find('.quoting button').addEventListener('click', () => this.quote(undefined));
    this.find('.address button').addEventListener('click', () => this.browse(undefined));
    this.find('.newest').addEventListener('click', () => this.scrollDown());
    this.list.addEventListener('scroll', () => {
      this.follows = this.atEnd();
      if (this.follows) this.find('.newest').hidden = true;
    });
    new ResizeObserver(() => {
      if (this.follows) this.scrollDown();
    }).observe(this.list);
  }

  submit() {
    const text = this.input.value.trim();
    if (text === '') return;
    this.input.value = '';
    this.grow();
    this.send({ text });
  }

  grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }

  /** Shows the message at once and sends it under an id of its own, so that trying again is safe. */
  send(message) {
    const id = crypto.randomUUID();
    const replyTo = this.quoted?.id;
    this.quote(undefined);
    const body = { id, from: this.owner.phone, ...message, ...(replyTo ? { replyTo } : {}) };
    const shown = { kind: 'text', direction: 'in', at: this.on.now().toISOString(), ...body };
    const node = this.place(shown);
    this.pending.set(id, node);
    this.scrollDown();
    void this.deliver(body, node);
  }

  async deliver(body, node) {
    setTicks(node, 'waiting');
    try {
      await sendMessage(body);
      if (node.querySelector('.ticks').dataset.state === 'waiting') setTicks(node, 'sent');
    } catch (error) {
      setTicks(node, 'failed', () => this.deliver(body, node));
      this.on.notice(error.message);
    }
  }

  /** Takes in what the stream tells: a message of either direction, in its order, maybe once more. */
  receive(message) {
    if (message.seq <= this.seen) return;
    this.seen = message.seq;
    const wasAtEnd = this.atEnd();
    this.messages.set(message.id, message);
    this.pending.get(message.id)?.remove();
    this.pending.delete(message.id);
    const node = this.place(message);
    if (message.direction === 'in') setTicks(node, 'delivered');
    else this.markRead();
    if (wasAtEnd || message.direction === 'in') this.scrollDown();
    else this.find('.newest').hidden = false;
  }

  markRead() {
    this.typing(false);
    for (const ticks of this.node.querySelectorAll('.bubble.in .ticks[data-state=delivered]'))
      setTicks(ticks.closest('.bubble'), 'read');
  }

  place(message) {
    this.find('.empty')?.remove();
    const quoted = message.replyTo ? this.messages.get(message.replyTo) : undefined;
    const node = buildBubble(message, quoted, {
      open: (address, from) => this.on.open(this, address, from),
      reply: (target) => this.quote(target),
      forward: (target) => this.on.forward(this, target),
      tap: (target, option) => this.tap(target, option),
    });
    node.dataset.at = message.at;
    if (message.direction === 'out' && !message.forwardedFrom) node.dataset.seq = String(message.seq);
    const later = this.later(message);
    this.list.insertBefore(node, later ?? null);
    return node;
  }

  /**
   * Finds what a message of the stream has to stand before: what is still on its way, and forwarded messages that are
   * younger. All others of the stream come in their order.
   */
  later({ seq, at }) {
    if (seq === undefined) return undefined;
    const younger = [...this.list.querySelectorAll('.bubble.forward')].filter((other) => at < other.dataset.at);
    const [first, ...rest] = [...this.pending.values(), ...younger];
    const isBefore = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
    return rest.reduce((earliest, node) => (isBefore(node, earliest) ? node : earliest), first);
  }

  /** Tapping an option of an older message quotes it, as messengers do. */
  tap(message, option) {
    const newest = [...this.messages.values()].filter(({ direction }) => direction === 'out').at(-1);
    if (newest !== message) this.quoted = message;
    this.send({ text: option.label, kind: 'option', option: option.id });
  }

  quote(message) {
    this.quoted = message;
    this.find('.quoting').hidden = !message;
    if (!message) return;
    this.find('.quoted').textContent = lineOf(message);
    this.input.focus();
  }

  prefill(text) {
    this.browse(undefined);
    this.input.value = text;
    this.grow();
    this.input.focus();
    this.node.scrollIntoView({ behavior: 'smooth', inline: 'center', block: 'nearest' });
  }

  typing(on = true) {
    clearTimeout(this.typingEnds);
    this.find('.presence').textContent = on ? 'typing…' : 'buy together';
    this.node.classList.toggle('typing', on);
    if (on) this.typingEnds = setTimeout(() => this.typing(false), TYPING_MS);
  }

  browse(address) {
    const frame = this.find('iframe');
    this.find('.browser').hidden = !address;
    this.find('.url').textContent = address ?? '';
    clearInterval(this.watching);
    if (address) {
      frame.src = address;
      this.watching = setInterval(() => this.watchFrame(), 25);
    } else frame.removeAttribute('src');
    (address ? this.find('.address button') : this.input).focus();
  }

  /**
   * Links of a page in the phone's browser that lead into the chat come back to this phone. A page can be tapped
   * before all of it is there, so this does not wait for its load event.
   */
  watchFrame() {
    const inside = this.find('iframe').contentDocument;
    if (!inside || inside === this.watched || inside.URL === 'about:blank') return;
    this.watched = inside;
    inside.addEventListener('click', (event) => {
      const link = event.target.closest?.('a[href]');
      if (!link) return;
      const text = new URL(link.href).searchParams.get('text');
      if (!link.hasAttribute('data-close') && text === null) return;
      event.preventDefault();
      if (text === null) this.browse(undefined);
      else this.prefill(text);
    });
    inside.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.browse(undefined);
    });
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
  }

  scrollDown() {
    this.find('.newest').hidden = true;
    this.list.scrollTop = this.list.scrollHeight;
  }
}
