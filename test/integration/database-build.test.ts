import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildFast, missingBuildTools } from '#lib/embedded-database/build-fast';
import { cacheFolder, installedFast, installedLight } from '#lib/embedded-database/cache-folder';
import { officialReachable } from '#lib/embedded-database/download-official';
import { installLight } from '#lib/embedded-database/install-light';

// The real build takes minutes: these programs only play the parts of cargo and Python.
let folder: string;
let lines: string[];
const onProgress = (line: string) => lines.push(line);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toli-build-'));
  lines = [];
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('keeps everything in the cache folder, outside the checkout', () => {
  expect(cacheFolder()).toBe(join(folder, 'toli'));
  expect(cacheFolder({ HOME: '/nowhere' })).toMatch(/\.cache\/toli$/);
});

it('builds into the cache, reports every tenth once and leaves no build folder', async () => {
  play('cmake', 'true');
  play('cc', 'true');
  play('cargo', [
    'while [ "$1" != --root ]; do shift; done',
    'mkdir -p "$2/bin" "$CARGO_TARGET_DIR/release"',
    'for i in 1 30 31 60 100; do echo "    Building [=> ] $i/100: crate" >&2; sleep 0.1; done',
    'touch "$2/bin/secantusd-rs"',
  ]);
  const path = await buildFast({ onProgress });
  expect(path).toBe(installedFast());
  expect(lines.filter((line) => line.endsWith('%')).map((line) => line.match(/\d+/)?.[0])).toEqual(['30', '60', '100']);
  expect(existsSync(join(folder, 'toli', 'secantus', 'target'))).toBe(false);
});

it('says why a build failed and keeps what it had built', async () => {
  play('cmake', 'true');
  play('cc', 'true');
  play('cargo', ['mkdir -p "$CARGO_TARGET_DIR/release"', 'echo "error: no space left" >&2', 'exit 101']);
  expect(await buildFast({ onProgress })).toBeUndefined();
  expect(lines.join('\n')).toContain('no space left');
  expect(existsSync(join(folder, 'toli', 'secantus', 'target', 'release'))).toBe(true);
});

it('stops a build when told to, without a word of failure', async () => {
  play('cmake', 'true');
  play('cc', 'true');
  play('cargo', 'sleep 60');
  const stop = new AbortController();
  const building = buildFast({ onProgress, signal: stop.signal, background: true });
  setTimeout(() => stop.abort(), 100);
  expect(await building).toBeUndefined();
  expect(lines.join('\n')).not.toContain('could not');
});

it('does not begin a build without its tools', async () => {
  vi.stubEnv('PATH', folder);
  expect(missingBuildTools()).toEqual(['cargo', 'cmake', 'cc or gcc or clang']);
  expect(await buildFast({ onProgress })).toBeUndefined();
  expect(lines).toEqual([]);
});

it('takes no half installation of the light server for a whole one', async () => {
  play('python3', 'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; else exit 1; fi');
  expect(await installLight(onProgress)).toBeUndefined();
  expect(installedLight()).toBeUndefined();
  expect(lines.at(-1)).toContain('could not be installed');
});

it('installs the light server and finds it again', async () => {
  const venv = 'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; touch "$3/bin/secantusd-py"; fi';
  play('python3', venv);
  const path = await installLight(onProgress);
  expect(path).toContain('secantusd-py');
  expect(path).toBe(installedLight());
});

it('finds a proxy that does not answer unreachable, and asks nobody else', async () => {
  vi.stubEnv('https_proxy', 'http://127.0.0.1:1');
  expect(await officialReachable()).toBe(false);
});

function play(name: string, script: string | string[]): void {
  const path = join(folder, name);
  writeFileSync(path, ['#!/bin/sh', ...[script].flat(), ''].join('\n'));
  chmodSync(path, 0o755);
}
