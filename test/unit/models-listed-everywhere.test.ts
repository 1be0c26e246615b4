import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('src/main/all-models.ts imports every model, so that every index is built', () => {
  const imported = readFileSync(join(root, 'src/main/all-models.ts'), 'utf8').matchAll(/^import '#models\/(.+)';$/gm);
  const models = readdirSync(join(root, 'models')).map((file) => file.replace(/\.ts$/, ''));
  expect([...imported].map(([, name]) => name).sort()).toEqual(models.sort());
});
