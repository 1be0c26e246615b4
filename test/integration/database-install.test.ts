import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
// @ts-expect-error plain JavaScript, because it runs before anything is installed
import { ensureInstalled, installReason, nodeProblem, stampInstalled } from '../../src/main/install.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'toli-install-'));
  writeFileSync(join(root, 'package.json'), '{"engines":{"node":">=20.19"}}');
  writeFileSync(join(root, 'package-lock.json'), '{"version":1}');
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

it('installs when node_modules is missing', () => {
  expect(installReason(root)).toBe('missing');
});

it('installs again when an installation was cut off', () => {
  mkdirSync(join(root, 'node_modules', 'mongoose'), { recursive: true });
  expect(installReason(root)).toBe('missing');
});

it('takes what npm itself installed after the lock file changed', () => {
  install('newer');
  expect(installReason(root)).toBeUndefined();
});

it('installs when the lock file is newer than what is installed', () => {
  install('older');
  expect(installReason(root)).toBe('older');
});

it('goes by its stamp when only the time of the lock file changed', () => {
  install('older');
  stampInstalled(root);
  expect(installReason(root)).toBeUndefined();
  writeFileSync(join(root, 'package-lock.json'), '{"version":2}');
  expect(installReason(root)).toBe('older');
});

it('installs once and stamps it', async () => {
  const npm = vi.fn(async () => {
    install('newer');
    return 0;
  });
  expect(await ensureInstalled(root, npm)).toBe(true);
  expect(await ensureInstalled(root, npm)).toBe(true);
  expect(npm).toHaveBeenCalledTimes(1);
});

it('stamps nothing and refuses to go on when the installation failed', async () => {
  expect(await ensureInstalled(root, async () => 1)).toBe(false);
  expect(existsSync(join(root, 'node_modules', '.toli-installed'))).toBe(false);
});

it('names the Node version that is needed', () => {
  expect(nodeProblem('20.19.0', '>=20.19')).toBeUndefined();
  expect(nodeProblem('22.1.0', '>=20.19')).toBeUndefined();
  expect(nodeProblem('20.18.3', '>=20.19')).toContain('needs Node 20.19');
});

it('finds every platform of an optional package in package-lock.json, else npm ci refuses it', () => {
  const packages: Record<string, { optionalDependencies?: Record<string, string> }> = JSON.parse(
    readFileSync('package-lock.json', 'utf8'),
  ).packages;
  const wanted = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).map((name) => [
      `node_modules/${name}`,
      `${path}/node_modules/${name}`,
    ]),
  );
  expect(wanted.filter((paths) => !paths.some((path) => path in packages))).toEqual([]);
});

function install(age: 'newer' | 'older') {
  const installed = join(root, 'node_modules', '.package-lock.json');
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(installed, '{}');
  const shift = age === 'newer' ? 60 : -60;
  utimesSync(installed, Date.now() / 1000 + shift, Date.now() / 1000 + shift);
}
