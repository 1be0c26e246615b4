import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '#conversation/engine';
import type { Flow, Input, JsonObject, Position, TurnOutcome } from '#conversation/flow';
import type { Guess, Intent } from '#conversation/intents';
import { choice, freeText, wholeNumber, yesNo } from '#conversation/parse';
import { isInstant, runTurn } from '#conversation/run';
import { end, goto, startFlow, stay, step } from '#conversation/step';

type Buying = { readonly deal?: string; readonly quantity?: number };
interface Context {
  readonly sold: string[];
}

const option = (id: string) => ({ id, label: { copy: `label.${id}` } });

const buy: Flow<Context, Buying> = {
  name: 'buy',
  version: 2,
  start: 'deal',
  steps: {
    deal: step({
      choice: true,
      ask: async () => ({ replies: [{ copy: 'ask.deal' }], options: [option('oil'), option('rice')] }),
      parse: choice(['oil', 'rice']),
      then: async (data, deal) => goto('quantity', { ...data, deal }),
    }),
    quantity: step({
      choice: false,
      ask: async () => ({ replies: [{ copy: 'ask.quantity' }] }),
      parse: wholeNumber(1, 20),
      then: async (data, quantity) => goto('sure', { ...data, quantity }),
    }),
    sure: step({
      choice: true,
      ask: async (data) => ({
        replies: [{ copy: 'ask.sure', params: { quantity: data.quantity ?? 0 } }],
        options: [option('yes'), option('no')],
      }),
      parse: yesNo(),
      then: async (data, sure, { sold }) => {
        if (!sure) return stay({ copy: 'say.think' });
        if (data.deal === 'rice') throw new Error('the shop burnt down');
        sold.push(`${data.quantity} ${data.deal}`);
        return end({ copy: 'say.sold' });
      },
    }),
  },
  cancel: async () => end({ copy: 'say.given-back' }),
};

const home: Flow<Context> = {
  name: 'home',
  version: 1,
  start: 'menu',
  steps: {
    menu: step({
      choice: true,
      ask: async () => ({ replies: [{ copy: 'ask.menu' }], options: [option('buy'), option('name')] }),
      parse: choice(),
      then: async (data, id) => (id === 'buy' ? startFlow('buy') : goto('name', data)),
    }),
    name: step({
      choice: false,
      ask: async () => ({ replies: [{ copy: 'ask.name' }] }),
      parse: freeText(10),
      then: async (_data, name) => end({ copy: 'say.hello', params: { name } }),
      media: async (input) => (input.media === 'contact' ? end({ copy: 'say.hello' }) : null),
    }),
    loop: step({
      choice: true,
      ask: async () => goto('loop', {}),
      parse: choice(),
      then: async () => end(),
    }),
    empty: step({
      choice: true,
      ask: async () => startFlow('buy', {}, { replies: [{ copy: 'say.nothing' }] }),
      parse: choice(),
      then: async () => end(),
    }),
  },
};

const WORDS: { readonly [text: string]: Intent } = {
  menu: 'menu',
  back: 'back',
  cancel: 'cancel',
  help: 'help',
  human: 'human',
  stop: 'stop',
  deals: 'browse',
  yes: 'yes',
  haan: 'yes',
  no: 'no',
};
const GUESSES: { readonly [text: string]: Guess } = {
  'show me what is cheap': { kind: 'confident', intent: 'browse', score: 0.9 },
  'never write to me': { kind: 'confident', intent: 'stop', score: 0.9 },
  'something with money': { kind: 'unsure', intents: ['my-money', 'help'] },
};

const engine: Engine<Context> = {
  flows: { buy, home },
  home: () => ({ flow: 'home' }),
  understanding: {
    exact: (text) => WORDS[text.toLowerCase()] ?? null,
    guess: (text) => GUESSES[text] ?? { kind: 'none' },
  },
  commands: {
    browse: { flow: 'buy', guess: true },
    help: { guess: true, run: async () => stay({ copy: 'say.help' }) },
    human: { run: async () => stay({ copy: 'say.human' }) },
    stop: { run: async () => stay({ copy: 'say.stopped' }) },
    'my-money': { guess: true, run: async () => stay({ copy: 'say.money' }) },
  },
  say: ({ copy }) => (copy === 'label.oil' ? 'Mustard oil, 1 litre' : copy.replace(/^label\./, '')),
  entrance: async ({ text }) => (text.startsWith('JOIN ') ? startFlow('buy', { deal: text.slice(5) }) : null),
};

const NOON = new Date('2026-03-01T12:00:00Z');
const later = (hours: number) => new Date(NOON.getTime() + hours * 3_600_000);
const typed = (text: string): Input => ({ kind: 'text', text });
const tapped = (id: string): Input => ({ kind: 'option', text: '', option: id });

/** Runs a turn and passes the position through JSON, as a database would. */
async function turn(
  position: Position | null,
  input: Input | string,
  extra: { now?: Date; sold?: string[]; language?: string } = {},
): Promise<TurnOutcome> {
  const { now = NOON, sold = [], language = 'en' } = extra;
  const said = typeof input === 'string' ? typed(input) : input;
  const outcome = await runTurn(position, said, engine, { context: { sold }, language, now });
  if (outcome.kind !== 'handled' && outcome.kind !== 'complete') return outcome;
  const through = JSON.parse(JSON.stringify(outcome.position)) as Position | null;
  expect(through).toEqual(outcome.position);
  return { ...outcome, position: through };
}

const at = (flow: string, name: string, data: JsonObject = {}, rest: Partial<Position> = {}): Position => ({
  flow,
  version: flow === 'buy' ? 2 : 1,
  step: name,
  data,
  options: [],
  askedAt: NOON.toISOString(),
  strikes: 0,
  ...rest,
});

function shown(outcome: TurnOutcome) {
  if (outcome.kind !== 'handled' && outcome.kind !== 'complete') throw new Error(JSON.stringify(outcome));
  const { position, replies, way } = outcome;
  return {
    position,
    way,
    step: position && `${position.flow}/${position.step}`,
    said: replies.map(({ copy }) => copy),
  };
}

async function talk(...texts: (string | Input)[]) {
  let position: Position | null = null;
  let outcome = shown(await turn(null, 'hello'));
  for (const text of texts) {
    position = outcome.position;
    outcome = shown(await turn(position, text));
  }
  return outcome;
}

describe('a conversation', () => {
  it('is asked, answered and ended, with every position stored as JSON', async () => {
    const sold: string[] = [];
    let position: Position | null = null;
    for (const text of ['hi', '1', 'mustard oil', '३', 'haan']) {
      position = shown(await turn(position, text, { sold })).position;
    }
    expect(position).toBeNull();
    expect(sold).toEqual(['3 oil']);
  });

  it('puts the menu of a prompt on the last reply', async () => {
    const outcome = await turn(null, 'hello');
    expect(outcome.kind === 'handled' && outcome.replies.at(-1)?.options?.map(({ id }) => id)).toEqual(['buy', 'name']);
  });

  it('starts fresh, guessing nothing, when the flow is gone or has another version', async () => {
    for (const old of [
      at('gone', 'x'),
      at('buy', 'sure', {}, { version: 1 }),
      at('__proto__', 'x'),
      at('buy', 'toString'),
    ]) {
      const outcome = shown(await turn(old, 'yes'));
      expect(outcome.said).toEqual(['engine.fresh-start', 'ask.menu']);
    }
  });

  it('says that a step that throws has failed and keeps nothing', async () => {
    const outcome = await turn(at('buy', 'sure', { deal: 'rice' }, { options: [option('yes'), option('no')] }), 'yes');
    expect(outcome.kind).toBe('failed');
    expect(outcome).not.toHaveProperty('position');
  });

  it('fails instead of circling when steps pass on for ever', async () => {
    const outcome = await turn(at('home', 'loop', {}, { options: [option('a')] }), 'nonsense');
    expect(outcome.kind).toBe('failed');
  });

  it('follows a question that has nothing to ask', async () => {
    const asked = shown(await turn(at('home', 'empty', {}, { options: [option('a')] }), 'zzz'));
    expect(asked).toMatchObject({ step: 'buy/deal', said: ['hint.choose', 'say.nothing', 'ask.deal'] });
    expect(asked.position?.strikes).toBe(0);
  });
});

describe('global words', () => {
  it('win over the step when they are the whole message', async () => {
    expect(await talk('name', 'HELP')).toMatchObject({
      step: 'home/name',
      said: ['say.help', 'ask.name'],
      way: 'word',
    });
    expect(await talk('name', 'help me')).toMatchObject({ step: null, said: ['say.hello'] });
  });

  it('leave an answer that is a label on the screen to the question, but STOP is always STOP', async () => {
    const labels = ['help', 'stop', 'oil'].map((id) => ({ id, label: { copy: `label.${id}` } }));
    const menu = at('home', 'menu', {}, { options: labels });
    expect(shown(await turn(menu, 'help'))).toMatchObject({ step: 'home/name', way: 'answer' });
    expect(shown(await turn(menu, 'stop'))).toMatchObject({ said: ['say.stopped', 'ask.menu'], way: 'word' });
  });

  it('read 0 and 9 only where a choice is asked', async () => {
    expect(await talk('buy', '9')).toMatchObject({ said: ['say.human', 'ask.deal'] });
    expect(await talk('buy', '०')).toMatchObject({ step: 'home/menu' });
    expect(await talk('buy', 'rice', '9')).toMatchObject({ step: 'buy/sure' });
    expect(await talk('name', '9')).toMatchObject({ said: ['say.hello'] });
  });

  it('go back question by question and then home', async () => {
    expect(await talk('buy', 'rice', '4', 'back')).toMatchObject({ step: 'buy/quantity' });
    expect(await talk('buy', 'rice', '4', 'back', 'back')).toMatchObject({ step: 'buy/deal' });
    expect(await talk('buy', 'rice', '4', 'back', 'back', 'back', 'back')).toMatchObject({ step: 'home/menu' });
  });

  it('let a flow give back what it holds when it is cancelled', async () => {
    expect(await talk('buy', 'cancel')).toMatchObject({ step: null, said: ['say.given-back'] });
    expect(await talk('cancel')).toMatchObject({ step: 'home/menu', said: ['engine.cancelled', 'ask.menu'] });
  });

  it('keep the question open after STOP', async () => {
    expect(await talk('buy', 'rice', '4', 'stop')).toMatchObject({
      step: 'buy/sure',
      said: ['say.stopped', 'ask.sure'],
    });
  });
});

describe('old menus', () => {
  const menu = at('buy', 'sure', { deal: 'oil', quantity: 1 }, { options: [option('yes'), option('no')] });

  it('never sell: after 12 hours the question is asked anew', async () => {
    for (const text of ['1', 'yes', 'haan', '2️⃣', tapped('yes')]) {
      const sold: string[] = [];
      const outcome = shown(await turn(menu, text, { now: later(12.1), sold }));
      expect(outcome).toMatchObject({ way: 'old', said: ['menu.old', 'ask.sure'], step: 'buy/sure' });
      expect(sold).toEqual([]);
      expect(outcome.position?.askedAt).toBe(later(12.1).toISOString());
    }
  });

  it('still obey global words', async () => {
    expect(shown(await turn(menu, 'menu', { now: later(100) })).step).toBe('home/menu');
  });

  it('are recognised by what the answer quotes and by options that are not on the screen', async () => {
    expect(shown(await turn(menu, { ...typed('1'), quotesOther: true })).way).toBe('old');
    expect(shown(await turn(menu, tapped('rice'))).way).toBe('old');
  });
});

describe('bad answers', () => {
  it('get a hint, then an example, then a person', async () => {
    expect((await talk('buy', 'xyz')).said).toEqual(['hint.choose', 'ask.deal']);
    expect((await talk('buy', 'xyz', '7')).said).toEqual(['hint.choose', 'example.choose', 'ask.deal']);
    expect((await talk('buy', 'xyz', '7', 'qq')).said).toEqual(['hint.choose', 'engine.offer-person', 'ask.deal']);
    expect((await talk('buy', 'rice', 'a', 'b', 'c')).said.at(1)).toBe('engine.offer-person-words');
  });

  it('are forgotten after a good one', async () => {
    expect((await talk('buy', 'xyz', 'rice', 'many')).said).toEqual(['hint.whole-number', 'ask.quantity']);
  });
});

describe('media', () => {
  it('get a kind answer and the question again, without a strike', async () => {
    for (const media of ['image', 'voice', 'sticker', 'location', '__proto__']) {
      const outcome = await talk('buy', { kind: 'media', text: '', media });
      expect(outcome).toMatchObject({ step: 'buy/deal', said: [expect.stringMatching(/^media\./), 'ask.deal'] });
      expect(outcome.position?.strikes).toBe(0);
    }
  });

  it('can answer a step that takes them', async () => {
    expect(await talk('name', { kind: 'media', text: '', media: 'contact' })).toMatchObject({ said: ['say.hello'] });
  });

  it('are passed over when they are reactions', async () => {
    expect(await turn(null, { kind: 'media', text: '👍', media: 'reaction' })).toEqual({
      kind: 'skipped',
      reason: 'reaction',
    });
  });
});

describe('free text', () => {
  it('may start a flow that changes no money and no seats', async () => {
    expect(await talk('show me what is cheap')).toMatchObject({ step: 'buy/deal', way: 'intent' });
    expect(shown(await turn(null, 'show me what is cheap'))).toMatchObject({ step: 'buy/deal', way: 'intent' });
  });

  it('is only asked about where acting would change something, or where it is uncertain', async () => {
    const asked = await talk('never write to me');
    expect(asked).toMatchObject({ step: 'home/menu', said: ['engine.did-you-mean'], way: 'question' });
    expect(shown(await turn(asked.position, 'haan')).said).toEqual(['say.stopped', 'ask.menu']);
    expect(shown(await turn(asked.position, '1')).said).toEqual(['say.stopped', 'ask.menu']);
    expect(shown(await turn(asked.position, 'no')).said).toEqual(['ask.menu']);
    expect(shown(await turn(asked.position, '2')).said).toEqual(['ask.menu']);
    const unsure = await talk('something with money');
    expect(unsure.position?.options.map(({ id }) => id)).toEqual(['intent:my-money', 'intent:help', 'engine:go-on']);
    expect(shown(await turn(unsure.position, 'yes')).way).toBe('bad');
  });

  it('is an answer, not a wish, where a text is asked', async () => {
    expect(await talk('name', 'deals')).toMatchObject({ said: ['say.hello'] });
  });

  it('enters by a code before the step reads it', async () => {
    expect(await talk('name', 'JOIN oil')).toMatchObject({ step: 'buy/deal', way: 'entrance' });
  });

  it('waits for more unless it is a tap, a word or a line of the menu', () => {
    const menu = at('buy', 'deal', {}, { options: [option('oil'), option('rice')] });
    expect(['1', 'menu', 'rice', 'stop'].map((text) => isInstant(menu, typed(text), engine, 'en'))).toEqual(
      Array(4).fill(true),
    );
    expect(isInstant(menu, tapped('oil'), engine, 'en')).toBe(true);
    expect(isInstant(menu, typed('I would like'), engine, 'en')).toBe(false);
  });

  it('waits for nothing after a bare number in any script, once something was asked', () => {
    const asked = at('buy', 'quantity', {});
    expect(isInstant(asked, typed('492001'), engine, 'en')).toBe(true);
    expect(isInstant(asked, typed('४९२००१'), engine, 'hi')).toBe(true);
    expect(isInstant(asked, typed('12 MG Road'), engine, 'en')).toBe(false);
    expect(isInstant(null, typed('492001'), engine, 'en')).toBe(false);
  });
});

describe('any chat whatever', () => {
  const strange = [
    '1',
    '2',
    '0',
    '9',
    'yes',
    'no',
    'back',
    'menu',
    'cancel',
    '\u202e2',
    '$set',
    '__proto__',
    '\ud800',
    'JOIN x',
  ];
  const input = fc.oneof(
    fc.constantFrom(...strange).map(typed),
    fc.string({ unit: 'binary', maxLength: 40 }).map(typed),
    fc.constantFrom('oil', 'yes', 'intent:help', 'intent:constructor', 'engine:go-on', '__proto__').map(tapped),
    fc.constantFrom('image', 'contact', 'toString').map((media): Input => ({ kind: 'media', text: '', media })),
  );

  it('is answered, ends in a position that is JSON, and never outgrows its bounds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(input, { maxLength: 30 }), async (inputs) => {
        let position: Position | null = null;
        for (const next of inputs) {
          const outcome = await turn(position, next);
          if (outcome.kind === 'failed') {
            expect(String(outcome.error)).toContain('burnt down');
            continue;
          }
          if (outcome.kind === 'skipped') throw new Error(outcome.reason);
          expect(outcome.replies.length).toBeGreaterThan(0);
          expect(outcome.position?.history?.length ?? 0).toBeLessThanOrEqual(6);
          position = outcome.position;
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
