import { describe, expect, test } from 'vitest';
import type { Intent } from '#conversation/intents';
import { createUnderstanding } from '#conversation/understand';
import { catalogue } from '#flows/catalogue';
import { commands, flows } from '#flows/index';
import { lexicons } from '#flows/lexicons';

const understanding = createUnderstanding(lexicons);

describe('a word the bot tells people to write', () => {
  test.each(['en', 'hi', 'hi-Latn'])('is understood as it stands (%s)', (language) => {
    const words = (catalogue(language, 'help.words') ?? '').replace(/^[^:]*:/, '').split(/[,.।]/);
    for (const word of words.map((part) => part.trim()).filter(Boolean))
      expect(understanding.exact(word), word).not.toBeNull();
  });

  test.each<[string, Intent]>([
    ['HUMAN', 'human'],
    ['INSAAN', 'human'],
    ['इंसान', 'human'],
    ['MENU', 'menu'],
    ['मेनू', 'menu'],
    ['STOP', 'stop'],
    ['START', 'start'],
  ])('%s means %s', (word, intent) => {
    expect(understanding.exact(word)).toBe(intent);
  });
});

describe('the conversations', () => {
  test('go by their own name, begin at a step they have, and change no money, seat or consent on a guess', () => {
    for (const [name, flow] of Object.entries(flows)) {
      expect(flow.name).toBe(name);
      expect(Object.keys(flow.steps)).toContain(flow.start);
    }
    const guessed = Object.entries(commands).filter(([, command]) => command?.guess);
    expect(guessed.map(([intent]) => intent)).not.toEqual(expect.arrayContaining(['stop']));
    for (const word of ['stop', 'start', 'delete-data', 'export-data'] as const)
      expect(commands[word]?.guess ?? false).toBe(false);
  });

  test('are started by commands under names that exist', () => {
    for (const command of Object.values(commands))
      if (command && 'flow' in command) expect(Object.keys(flows)).toContain(command.flow);
  });
});
