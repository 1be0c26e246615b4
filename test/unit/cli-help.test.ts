import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '#cli/program';
import { toliOver } from '#test/support/toli';

const root = join(import.meta.dirname, '../..');
const noDatabase = () => {
  throw new Error('help needs no database');
};
const toli = toliOver(noDatabase);

/** Lists every command with the words that lead to it. */
function commandsOf(command: Command, before: readonly string[] = []): { words: string[]; command: Command }[] {
  return command.commands.flatMap((each) => {
    const words = [...before, each.name()];
    return [{ words, command: each }, ...commandsOf(each, words)];
  });
}

const commands = commandsOf(buildProgram(undefined as never));
const runs = ({ command }: { command: Command }) => command.commands.length === 0 || command.name() === 'chat';

/** What a command prints when asked for help, with the texts added before and after. */
function helpOf(command: Command): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) });
  command.outputHelp();
  return parts.join('');
}

it('has every verb an operator needs', () => {
  const verbs = commands.map(({ words }) => words.join(' '));
  const needed = [
    'chat, chat list, chat take, chat say, chat release, deal add, deal stop, deal list, pay queue, pay confirm',
    'refund done, orders deliver, orders refund, reward pay, dead list, dead replay, doctor, history, explain',
    'customers link, import online-retail, recompute, broadcast, db dump, db restore, db conformance, db info',
  ];
  expect(verbs).toEqual(expect.arrayContaining(needed.join(', ').split(', ')));
});

describe.each(commands.filter(runs).map(({ words, command }) => [words.join(' '), command] as const))(
  'toli %s',
  (words, command) => {
    it('says what it is for, with an example that starts with it, and prints JSON on demand', () => {
      const help = helpOf(command);
      expect(command.description()).not.toBe('');
      expect(help).toContain(`toli ${words} `.trimEnd());
      expect(help).toMatch(/Examples?:\n\s+(\S+=\S+ )?toli /);
      if (words !== 'chat') expect(help).toContain('--json');
    });
  },
);

it.each([
  ['an unknown verb', ['frobnicate']],
  ['an unknown option', ['deal', 'list', '--nope']],
  ['a missing argument', ['orders', 'deliver']],
  ['a missing option', ['pay', 'confirm', '412345678901', '99']],
  ['a number out of bounds', ['deal', 'add', '--product', 'tea', '--size', '1', '--stock', '5']],
  ['one argument too many', ['deal', 'stop', '1', '2']],
  ['nothing at all', []],
])('ends with 2 after %s, without a database', async (_what, words) => {
  expect(await toli(...words)).toMatchObject({ code: 2 });
});

it('starts a chat in the terminal by default, from any phone', async () => {
  const chats: unknown[] = [];
  const chat = toliOver(noDatabase, { terminalChat: async (options) => void chats.push(options) });
  expect(await chat('chat', '--phone', '+919800000001', '--url', 'http://127.0.0.1:4000')).toMatchObject({ code: 0 });
  expect(await chat('chat')).toMatchObject({ code: 0 });
  expect(chats).toMatchObject([
    { phone: '+919800000001', url: 'http://127.0.0.1:4000' },
    { phone: '+919812345678', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
  ]);
});

it('answers from the command line', async () => {
  const run = promisify(execFile);
  const at = (...words: string[]) => run(process.execPath, ['src/main/toli.mjs', ...words], { cwd: root });
  const { stdout } = await at('--help');
  for (const [first] of commands.map(({ words }) => words)) expect(stdout).toMatch(new RegExp(`^ {2}${first}\\b`, 'm'));
  expect((await at('orders', 'deliver', '--help')).stdout).toContain('toli orders deliver K7PM2QX');
  await expect(at('deal', 'add', '--size', '1')).rejects.toMatchObject({ code: 2, stdout: '' });
}, 60_000);
