import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { envSchema, readEnv } from '#lib/env';

const root = join(import.meta.dirname, '../..');

/** Is what the schema itself says about one variable. */
interface Variable {
  readonly description?: string;
  readonly default?: string | number;
  readonly enum?: readonly string[];
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
const variables = Object.entries(z.toJSONSchema(envSchema, { io: 'input' }).properties ?? {}) as [string, Variable][];

function allowed(variable: Variable): string {
  if (variable.enum) return variable.enum.join(' · ');
  return variable.type === 'integer' ? `${variable.minimum} to ${variable.maximum}` : 'text';
}

const exampleHead = `# Every setting of Toli. Copy this file to .env and take the # off the lines you want to change.
# What the environment says wins over .env. A wrong value stops the start and is named.
# This file is written from src/lib/env.ts: npx vitest run --project unit test/unit/env-described.test.ts -u
`;
const exampleOf = ([name, variable]: [string, Variable]) =>
  `\n# ${variable.description} (${allowed(variable)})\n#${name}=${quoted(variable.default ?? '')}\n`;
const quoted = (value: string | number) => (/[\s#]/.test(String(value)) ? `"${value}"` : String(value));

const tableHead = '| variable | default | allowed | what it is for |\n| --- | --- | --- | --- |\n';
const rowOf = ([name, variable]: [string, Variable]) =>
  `| \`${name}\` | ${variable.default === undefined ? '–' : `\`${variable.default}\``} | ${allowed(variable)} | ${(variable.description ?? '').replaceAll('<', '&lt;')} |\n`;

describe('the settings', () => {
  test('are all described', () => {
    expect(variables.length).toBeGreaterThan(20);
    for (const [name, { description }] of variables) expect.soft(description, name).toMatch(/^[A-Z].{10,}\.$/);
  });

  test('stand in .env.example with the same default and the same words', async () => {
    const example = exampleHead + variables.map(exampleOf).join('');
    await expect(example).toMatchFileSnapshot('../../.env.example');
  });

  test('mean the same when .env.example is copied and every line is switched on', () => {
    const example = readFileSync(join(root, '.env.example'), 'utf8').replace(/^#(?=[A-Z_]+=)/gm, '');
    expect(readEnv(parseEnv(example))).toEqual(readEnv({}));
  });

  test('stand in the table of README.md with the same default and the same words', () => {
    const [, table] = /<!-- settings -->\n+([\s\S]*?)\n*<!-- end of settings -->/.exec(readme()) ?? [];
    expect(`${table}\n`).toBe(tableHead + variables.map(rowOf).join(''));
  });

  test('are all that the program reads under a name of its own', () => {
    const known = variables.map(([name]) => name);
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((path) => /\.m?[jt]s$/.test(path)))
      for (const [, name] of readFileSync(join(root, 'src', file), 'utf8').matchAll(/env(?:\.|\[')(TOLI_\w+)/g))
        expect.soft(known, `${file} reads ${name}`).toContain(name);
  });
});

const readme = () => readFileSync(join(root, 'README.md'), 'utf8');
