import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Only a reader that hangs takes this long (ms). */
const HANGS_MS = 100_000;

it('no reader of what people write hangs on 64 KB of anything', async () => {
  const file = fileURLToPath(new URL('../fault/long-texts.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const guard = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  await once(child, 'close');
  clearTimeout(guard);
  expect(said.trim().split('\n').at(-1)).toBe('all read');
}, 120_000);
