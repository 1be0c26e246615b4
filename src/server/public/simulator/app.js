import { linkCustomer, moveClock, openStream, readClock } from './api.js';
import { lineOf } from './bubble.js';
import { askDialog, choosePhone } from './dialogs.js';
import { Phone } from './phone.js';
import { dropForwards, loadPhones, saveForward, savePhones } from './store.js';

const shelf = document.getElementById('phones');
const tabs = document.querySelector('.tabs');
const notice = document.querySelector('.notice');
let owners = loadPhones();
let clockAhead = 0;
let noticeEnds;
const phones = new Map();

const now = () => new Date(Date.now() + clockAhead);

function tell(text, lasting = false) {
  clearTimeout(noticeEnds);
  notice.textContent = text;
  notice.hidden = text === '';
  if (text !== '' && !lasting) noticeEnds = setTimeout(() => tell(''), 6000);
}

/** Decides what a tapped link does: prefill a chat, open a page of Toli in the phone, or leave the simulator. */
async function open(phone, address, message) {
  if (address.startsWith('upi:')) {
    if (message.orderId) phone.browse(`/pay/${encodeURIComponent(message.orderId)}`);
    return;
  }
  const url = new URL(address);
  if (/^(?:wa\.me|api\.whatsapp\.com)$/.test(url.hostname)) return prefill(url.searchParams.get('text') ?? '', phone);
  if (/^\/(?:r|t|pay)\/./.test(url.pathname)) return phone.browse(url.pathname + url.search);
  window.open(address, '_blank', 'noopener');
}

async function prefill(text, from) {
  const order = from ? [from.owner, ...owners.filter((owner) => owner !== from.owner)] : owners;
  const chosen = await choosePhone('Write this from which phone?', text, order);
  if (chosen) phones.get(chosen.phone).prefill(text);
}

async function forward(from, message) {
  const others = owners.filter((owner) => owner !== from.owner);
  const chosen = await choosePhone('Forward to which phone?', lineOf(message), others);
  if (!chosen) return;
  const { text, imageUrl, imageAlt } = message;
  const id = crypto.randomUUID();
  const at = now().toISOString();
  const copy = { id, at, kind: 'text', direction: 'out', text, imageUrl, imageAlt, forwardedFrom: from.owner.name };
  saveForward(chosen.phone, copy);
  const phone = phones.get(chosen.phone);
  phone.place(copy);
  phone.scrollDown();
  phone.node.scrollIntoView({ behavior: 'smooth', inline: 'center', block: 'nearest' });
}

async function link(phone) {
  const given = await askDialog('link');
  if (!given) return;
  try {
    await linkCustomer(phone.owner.phone, given.importId);
    tell(`${phone.owner.name} now writes as customer ${given.importId}. Say hi from that phone.`);
  } catch (error) {
    tell(error.message);
  }
}

async function rename(phone) {
  const given = await askDialog('rename', { name: phone.owner.name });
  if (!given) return;
  owners = owners.map((owner) => (owner === phone.owner ? { ...owner, name: given.name } : owner));
  phone.owner = owners.find((owner) => owner.phone === phone.owner.phone);
  phone.show(phone.owner);
  savePhones(owners);
  drawTabs();
}

function remove(phone) {
  owners = owners.filter((owner) => owner !== phone.owner);
  phones.delete(phone.owner.phone);
  phone.node.remove();
  dropForwards(phone.owner.phone);
  savePhones(owners);
  drawTabs();
  stream.follow();
}

async function add() {
  const given = await askDialog('add', { phone: freeNumber() });
  if (!given) return;
  if (owners.some(({ phone }) => phone === given.phone)) return tell('That number is here already.');
  owners = [...owners, given];
  savePhones(owners);
  mount(given);
  drawTabs();
  stream.follow();
  phones.get(given.phone).prefill('');
}

function freeNumber() {
  let next = 919812345601;
  while (owners.some(({ phone }) => phone === `+${next}`)) next++;
  return `+${next}`;
}

function mount(owner) {
  const phone = new Phone(owner, { now, open, forward, link, rename, remove, notice: tell });
  phones.set(owner.phone, phone);
  shelf.append(phone.node);
}

function drawTabs() {
  tabs.replaceChildren(
    ...owners.map(({ name, phone }) => {
      const tab = document.createElement('button');
      tab.type = 'button';
      tab.textContent = name;
      tab.dataset.phone = phone;
      tab.addEventListener('click', () => focusPhone(phone));
      return tab;
    }),
  );
  tabs.firstElementChild?.setAttribute('aria-current', 'true');
}

function focusPhone(phone) {
  phones.get(phone).node.scrollIntoView({ behavior: 'smooth', inline: 'start', block: 'nearest' });
  phones.get(phone).input.focus({ preventScroll: true });
}

function drawClock() {
  document.getElementById('now').textContent = now().toLocaleString([], {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

function setClock({ now: text, movable }) {
  clockAhead = new Date(text).getTime() - Date.now();
  document.querySelector('.moves').hidden = !movable;
  drawClock();
}

async function advance(seconds) {
  tell('Moving the clock…', true);
  try {
    setClock(await moveClock(seconds));
    tell('');
  } catch (error) {
    tell(error.message);
  }
}

async function openDialog(name) {
  if (name === 'add') return add();
  const given = await askDialog('move');
  if (given) await advance(Number(given.amount) * Number(given.unit));
}

const stream = openStream({
  phones: () => owners.map(({ phone }) => phone),
  seen: (phone) => phones.get(phone)?.seen ?? 0,
  onMessage: (message) => phones.get(message.phone)?.receive(message),
  onTyping: (phone) => phones.get(phone)?.typing(),
  onState: (connected) => tell(connected ? '' : 'Toli cannot be reached. Trying again…', true),
});

document.querySelector('.bar').addEventListener('click', (event) => {
  const { seconds, dialog } = event.target.closest('button')?.dataset ?? {};
  if (seconds) void advance(Number(seconds));
  if (dialog) void openDialog(dialog);
});
document.addEventListener('keydown', (event) => {
  const owner = event.altKey ? owners[Number(event.key) - 1] : undefined;
  if (!owner) return;
  event.preventDefault();
  focusPhone(owner.phone);
});
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const tab = tabs.querySelector(`[data-phone="+${target.id.slice(6)}"]`);
      if (isIntersecting && tab) {
        for (const other of tabs.children) other.setAttribute('aria-current', String(other === tab));
      }
    }
  },
  { root: shelf, threshold: 0.6 },
);

for (const owner of owners) mount(owner);
for (const { node } of phones.values()) watcher.observe(node);
drawTabs();
drawClock();
setInterval(drawClock, 10_000);
setInterval(() => readClock().then(setClock, () => undefined), 15_000);
readClock().then(setClock, (error) => tell(error.message));
stream.follow();
const given = new URL(location.href).searchParams.get('text');
if (given) {
  history.replaceState(null, '', '/simulator');
  void prefill(given);
}
