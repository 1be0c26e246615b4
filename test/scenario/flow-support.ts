import type { Engine } from '#conversation/engine';
import type { Position } from '#conversation/flow';
import { renderReplies, renderSentence } from '#conversation/render';
import { runTurn } from '#conversation/run';
import { createUnderstanding } from '#conversation/understand';
import { customerById, customerForAddress } from '#domain/customers';
import type { Deps } from '#domain/deps';
import { marketRules } from '#domain/rules';
import { conversations, type FlowContext } from '#flows/index';
import { createLogger } from '#lib/logger';
import { seededRandom } from '#lib/random';
import type { Reply } from '#lib/sentence';
import type { CustomerDoc, Language } from '#models/customer';
import { Outbox } from '#models/outbox';
import type { PaymentMethod, PaymentProvider } from '#ports/payment';
import en from '../../flows/copy/en.json' with { type: 'json' };
import hi from '../../flows/copy/hi.json' with { type: 'json' };
import hiLatn from '../../flows/copy/hi-Latn.json' with { type: 'json' };
import enWords from '../../flows/lexicon/en.json' with { type: 'json' };
import hiWords from '../../flows/lexicon/hi.json' with { type: 'json' };
import hiLatnWords from '../../flows/lexicon/hi-Latn.json' with { type: 'json' };

/** Is a clock a scenario moves by hand. */
export interface SceneClock {
  now(): Date;
  system(): number;
  forward(minutes: number): void;
}

/** Starts a clock at an instant, which by default is eleven in the morning in India. */
export function sceneClock(start = '2026-11-20T05:30:00Z'): SceneClock {
  let at = Date.parse(start);
  let ticks = 0;
  return {
    now: () => new Date(at),
    // Rises with every reading, so that caches of real time never answer for an earlier moment of the scene.
    system: () => {
      ticks += 60_000;
      return at + ticks;
    },
    forward: (minutes) => {
      at += minutes * 60_000;
    },
  };
}

const noSuchProvider = (name: PaymentMethod): PaymentProvider => ({
  name,
  refundDays: 1,
  request: async ({ orderId, amount, currency }) => ({
    orderId,
    amount,
    currency,
    url: `pay:${name}`,
    payTo: 'toli@bank',
    needsReference: name === 'upi',
  }),
  refund: async () => ({ kind: 'manual' }),
});

/** Makes the domain's dependencies for a scenario, with chance that repeats. */
export function flowDeps(clock: SceneClock = sceneClock(), methods: readonly PaymentMethod[] = ['simulated']): Deps {
  return {
    clock,
    random: seededRandom(11),
    secrets: { pepper: Buffer.alloc(32, 1), key: Buffer.alloc(32, 2) },
    log: createLogger('silent'),
    rulesOf: marketRules(),
    payments: new Map(methods.map((method) => [method, noSuchProvider(method)])),
    publicUrl: 'http://toli.test',
    botNumber: '',
  };
}

type Copy = { readonly [key: string]: string };
const COPIES: { readonly [language: string]: Copy } = { en, hi, 'hi-Latn': hiLatn };
const catalogue = (language: string, key: string) => COPIES[language]?.[key];
const ZONE = 'Asia/Kolkata';

/** Renders replies as the bot does. */
function written(replies: readonly Reply[], language: string, now: Date): string {
  const { text, image } = renderReplies(replies, { language, timeZone: ZONE, now }, catalogue);
  return image ? `[${image.url}]\n${text}` : text;
}

const understanding = createUnderstanding({ en: enWords, hi: hiWords, 'hi-Latn': hiLatnWords });

/** Is one phone of a scenario. */
export interface Phone {
  readonly name: string;
  /** Its number, in the simulator. */
  readonly address: string;
  /** Sends a text and gives what comes back. */
  say(text: string): Promise<string>;
  /** Sends a picture, a voice note … */
  send(media: string): Promise<string>;
  /** Gives the notices that came since the last look, and writes them down. */
  notices(): Promise<string>;
  customer(): Promise<CustomerDoc>;
}

/** Is a scenario's stage: phones, and everything that was said so far as a readable text. */
export interface Scene {
  readonly deps: Deps;
  phone(name: string): Phone;
  /** Writes a remark of the stage into the transcript. */
  note(text: string): void;
  transcript(): string;
}

const quoted = (mark: string, text: string) =>
  text
    .split('\n')
    .map((line) => `${mark} ${line}`.trimEnd())
    .join('\n');

/** Opens a stage over the database of this test. Ids that change from run to run are hidden from the transcript. */
export function openScene(deps: Deps): Scene {
  const lines: string[] = [];
  const engine: Engine<FlowContext> = {
    ...conversations,
    understanding,
    say: (sentence, language) =>
      renderSentence(sentence, { language, timeZone: ZONE, now: deps.clock.now() }, catalogue),
  };
  return {
    deps,
    phone: (name) => openPhone(deps, engine, name, lines),
    note: (text) => void lines.push(`— ${text}`),
    transcript: () => `${lines.join('\n\n')}\n`,
  };
}

function openPhone(deps: Deps, engine: Engine<FlowContext>, name: string, lines: string[]): Phone {
  const digits = String([...name].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) % 100_000_000);
  const address = `+9198${digits.padStart(8, '0')}`;
  let position: Position | null = null;
  let turns = 0;
  const seen = new Set<string>();

  const customer = async () => {
    const found = await customerForAddress(deps, { channel: 'simulator', address, at: deps.clock.now() });
    return (await customerById(found._id)) ?? found;
  };

  const turn = async (text: string, media?: string): Promise<string> => {
    turns += 1;
    const person = await customer();
    const inboxId = `in:${name}:${turns}`;
    const now = deps.clock.now();
    const context: FlowContext = {
      deps,
      customer: person,
      now,
      commandId: `${inboxId}:${position?.step ?? 'start'}`,
      language: person.language,
      chatId: `chat:${name}`,
      inboxId,
      text,
    };
    const input = media === undefined ? { kind: 'text' as const, text } : { kind: 'media' as const, text, media };
    // A position must survive a trip through JSON, as in the session.
    const before = JSON.parse(JSON.stringify(position)) as Position | null;
    const outcome = await runTurn(before, input, engine, { context, language: person.language, now });
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.kind === 'skipped') return '';
    position = outcome.position;
    const answer = written(outcome.replies, context.language, now);
    lines.push(`${quoted(`${name} >`, media === undefined ? text : `[${media}]`)}\n${quoted('  |', answer)}`);
    return answer;
  };

  const notices = async () => {
    const { _id: customerId, language } = await customer();
    const rows = await Outbox.find({ customerId }).sort({ seq: 1 }).lean();
    const fresh = rows.filter(({ _id }) => !seen.has(_id));
    for (const { _id } of fresh) seen.add(_id);
    const texts = fresh.map(({ replies }) => written(replies as Reply[], language as Language, deps.clock.now()));
    for (const text of texts) lines.push(quoted(`${name} <`, text));
    return texts.join('\n\n');
  };

  return { name, address, say: (text) => turn(text), send: (media) => turn('', media), notices, customer };
}
