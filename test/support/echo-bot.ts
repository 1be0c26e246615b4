import { startBot } from '#bot/bot';
import type { BotParts } from '#bot/parts';
import type { Engine } from '#conversation/engine';
import type { Next } from '#conversation/flow';
import { freeText } from '#conversation/parse';
import { goto, step } from '#conversation/step';
import type { FlowContext, ToliFlow } from '#flows/context';
import { newOwner } from '#lib/owner';
import { Setting } from '#models/setting';
import { testDeps } from './deps.ts';
import { type MemoryChannel, memoryChannel } from './memory-channel.ts';

/** Repeats what it hears and counts it in the session and, once per command, in the database. */
const echo: ToliFlow<{ heard: number }> = {
  name: 'echo',
  version: 1,
  start: 'listen',
  steps: {
    listen: step({
      choice: false,
      ask: async (data) => ({ replies: [{ copy: `ready ${data.heard ?? 0}` }] }),
      parse: freeText(1_000),
      then: async (data, text, context: FlowContext): Promise<Next<{ heard: number }>> => {
        if (text === 'boom') throw new Error('boom');
        await Setting.updateOne({ _id: context.commandId }, { $setOnInsert: { value: text } }, { upsert: true });
        return goto('listen', { heard: (data.heard ?? 0) + 1 }, { replies: [{ copy: `heard ${text}` }] });
      },
    }),
  },
};

const engine: Engine<FlowContext> = {
  flows: { echo: echo as ToliFlow },
  commands: {},
  understanding: { exact: (text) => (text === 'menu' ? 'menu' : null), guess: () => ({ kind: 'none' }) },
  home: () => ({ flow: 'echo', data: { heard: 0 } }),
  say: ({ copy }) => copy,
};

/** Makes a bot over the echo conversation and a memory channel. */
export function echoParts(given: Partial<BotParts> = {}): BotParts & { channel: MemoryChannel } {
  const channel = memoryChannel();
  return {
    deps: testDeps(),
    engine,
    channels: new Map([['simulator', channel]]),
    owner: newOwner(),
    hearsHere: true,
    quietMs: () => 50,
    readWriting: () => null,
    render: (replies) => ({ text: replies.map(({ copy }) => copy).join('\n\n'), options: [] }),
    channel,
    ...given,
  };
}

export { startBot };
