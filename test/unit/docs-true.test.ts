import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '#cli/program';

const root = join(import.meta.dirname, '../..');
const documents = ['README.md', 'CONTRIBUTING.md', ...markdownOf('docs'), ...markdownOf('docs/decisions')];
const read = (path: string) => readFileSync(join(root, path), 'utf8').replace(/<!--[\s\S]*?-->/g, '');

function markdownOf(folder: string): string[] {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return files.map((name) => `${folder}/${name}`);
}

/** Returns all verbs of a command with those under it, as people type them: "deal add". */
function verbsOf(command: Command, before: readonly string[] = []): string[] {
  return command.commands.flatMap((each) => {
    const words = [...before, each.name()];
    return each.commands.length > 0 ? verbsOf(each, words) : [words.join(' ')];
  });
}

/** Returns the parts of a text that are shown as code. */
function codeOf(text: string): string {
  const blocks = [...text.matchAll(/```\w*\n([\s\S]*?)```|`([^`\n]+)`/g)];
  return blocks.map(([, block, inline]) => block ?? inline).join('\n');
}

describe.each(documents)('%s', (path) => {
  test('links only to files that exist', () => {
    for (const [, target = ''] of read(path).matchAll(/!?\[[^\]]*\]\((?!https?:|#)([^)#\s]+)/g))
      expect.soft(existsSync(join(root, dirname(path), target)), target).toBe(true);
  });

  test('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json'));
    for (const [, script = ''] of codeOf(read(path)).matchAll(/npm run ([\w:]+)/g))
      expect.soft(Object.keys(scripts)).toContain(script);
  });

  test('names only verbs that the toli command has', () => {
    const verbs = verbsOf(buildProgram(undefined as never));
    for (const [, words = ''] of codeOf(read(path)).matchAll(/(?:npm run toli -- |^toli )([a-z -]+)/gm)) {
      const known = verbs.some((verb) => `${words.trim()} `.startsWith(`${verb} `));
      expect.soft(known, `toli ${words.trim()} in ${relative('.', path)}`).toBe(true);
    }
  });
});
