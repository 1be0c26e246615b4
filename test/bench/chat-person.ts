/** Lists what a turn of the benchmark can be; `paying` is reported apart. */
export const TURN_KINDS = ['browse', 'join', 'invite', 'words', 'paying'] as const;
export type TurnKind = (typeof TURN_KINDS)[number];

/** Is one message of the bot as a phone sees it. */
export interface Shown {
  readonly text: string;
  readonly options: readonly string[];
  readonly orderId?: string;
}

/** Lets a scripted person write, tap and pay; each resolves with the bot's next message to that phone. */
export interface Phone {
  say(kind: TurnKind, text: string): Promise<Shown>;
  tap(kind: TurnKind, option: string): Promise<Shown>;
  pay(orderId: string): Promise<Shown>;
}

const WORDS = [
  'lorem ipsum dolor',
  'mujhe kuch samajh nahi aaya',
  'zzz qqq',
  'kal milte hain station pe',
  'blue seven moon',
];
/** Of a hundred turns so many are of each kind; a person does next whatever is furthest behind. */
const SHARES: { readonly [kind in Exclude<TurnKind, 'paying'>]: number } = {
  browse: 50,
  join: 20,
  invite: 10,
  words: 20,
};

const first = (shown: Shown, start: string) => shown.options.find((id) => id.startsWith(start));

/** Goes through the welcome to the menu. */
export async function settleIn(phone: Phone): Promise<void> {
  let shown = await phone.say('words', 'hi');
  for (let i = 0; i < 6 && !shown.options.includes('browse'); i++) {
    const option = first(shown, 'en') ?? first(shown, 'no') ?? shown.options[0];
    shown = option ? await phone.tap('words', option) : await phone.say('words', 'menu');
  }
}

/** Keeps one person busy until `isOver`, in the mix of {@link SHARES}. */
export async function behave(phone: Phone, draw: () => number, isOver: () => boolean): Promise<void> {
  const done = { browse: 0, join: 0, invite: 0, words: 0 };
  const counted: Phone = {
    say: (kind, text) => {
      if (kind !== 'paying') done[kind] += 1;
      return phone.say(kind, text);
    },
    tap: (kind, option) => {
      if (kind !== 'paying') done[kind] += 1;
      return phone.tap(kind, option);
    },
    pay: phone.pay,
  };
  const scripts = { browse, join, invite, words };
  const kinds = Object.keys(SHARES) as (keyof typeof SHARES)[];
  while (!isOver()) {
    const behind = (kind: keyof typeof SHARES) => (done[kind] + draw() * 4) / SHARES[kind];
    const [next] = kinds.map((kind) => ({ kind, at: behind(kind) })).sort((a, b) => a.at - b.at);
    await scripts[next?.kind ?? 'browse'](counted, draw, isOver);
  }
}

async function openList(phone: Phone, kind: TurnKind): Promise<Shown> {
  const menu = await phone.say(kind, 'menu');
  return menu.options.includes('browse') ? phone.tap(kind, 'browse') : menu;
}

async function browse(phone: Phone, draw: () => number): Promise<void> {
  const list = await openList(phone, 'browse');
  const deals = list.options.filter((id) => id.startsWith('deal:'));
  const deal = deals[Math.floor(draw() * deals.length)];
  if (deal) await phone.tap('browse', deal);
}

async function invite(phone: Phone): Promise<void> {
  await phone.say('invite', 'invite');
}

async function words(phone: Phone, draw: () => number): Promise<void> {
  await phone.say('words', WORDS[Math.floor(draw() * WORDS.length)] ?? 'hmm');
}

/** Takes a seat in whatever team there is, or starts one, and pays; gives up politely when the bot asks something else. */
async function join(phone: Phone, draw: () => number, isOver: () => boolean): Promise<void> {
  let shown = await openList(phone, 'join');
  const deals = shown.options.filter((id) => id.startsWith('deal:'));
  const deal = deals[Math.floor(draw() * deals.length)];
  if (!deal) return;
  shown = await phone.tap('join', deal);
  for (let i = 0; i < 10 && !shown.orderId && !isOver(); i++) {
    const option =
      first(shown, 'join:') ??
      first(shown, 'start') ??
      first(shown, 'same') ??
      first(shown, 'simulated') ??
      first(shown, 'yes') ??
      first(shown, 'refund') ??
      first(shown, 'address');
    if (option) shown = await phone.tap('join', option);
    else if (/pin/i.test(shown.text)) shown = await phone.say('join', '492001');
    else if (/how many/i.test(shown.text)) shown = await phone.say('join', '1');
    else if (shown.options.length === 0) shown = await phone.say('join', '12 Station Road, near the temple');
    else return;
  }
  if (shown.orderId) await phone.pay(shown.orderId);
}
