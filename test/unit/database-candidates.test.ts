import { expect, it } from 'vitest';
import { candidates } from '#lib/embedded-database/candidates';
import type { ProgramSources } from '#lib/embedded-database/program-sources';
import { argumentsFor, type FolderWriter } from '#lib/embedded-database/server-program';

const bare: ProgramSources = {
  mongodOnPath: () => undefined,
  mongodInCache: async () => undefined,
  officialReachable: async () => false,
  downloadOfficial: async () => '/cache/mongod',
  fastInCache: () => undefined,
  canBuildFast: () => false,
  buildFast: async () => undefined,
  lightInCache: () => undefined,
  installLight: async () => undefined,
};
const rich: ProgramSources = {
  ...bare,
  mongodOnPath: () => '/usr/bin/mongod',
  mongodInCache: async () => '/cache/mongod',
  fastInCache: () => '/cache/fast',
  lightInCache: () => '/cache/light',
};

it('tries an empty folder with mongod first, then fast, then light', async () => {
  const order = ['mongod-on-path', 'mongod-in-cache', 'secantus-fast', 'secantus-light'];
  expect([...new Set(await ways(undefined, rich))]).toEqual(order);
});

it('downloads the official server only where it can be reached', async () => {
  expect(await ways(undefined, { ...bare, officialReachable: async () => true })).toEqual(['mongod-downloaded']);
  expect(await ways(undefined, bare)).toEqual([]);
});

it('goes on beside a download that takes too long', async () => {
  const slow = { ...rich, mongodOnPath: () => undefined, mongodInCache: async () => undefined };
  const never = () => new Promise<string>(() => undefined);
  const found = await ways(undefined, { ...slow, officialReachable: async () => true, downloadOfficial: never });
  expect(found[0]).toBe('secantus-fast');
});

it('goes on when the download fails, and says so', async () => {
  const lines: string[] = [];
  const failing = { ...bare, officialReachable: async () => true, lightInCache: () => '/cache/light' };
  const sources = { ...failing, downloadOfficial: () => Promise.reject(new Error('checksum differs')) };
  expect(await ways(undefined, sources, lines)).toEqual(['secantus-light']);
  expect(lines.join()).toContain('checksum differs');
});

it('touches no network when it must not', async () => {
  const refuse = () => Promise.reject(new Error('network'));
  const sources = { ...bare, officialReachable: refuse, buildFast: refuse, installLight: refuse };
  expect(await ways(undefined, sources, [], false)).toEqual([]);
});

it('opens a folder only with the server that wrote it, or fast after light', async () => {
  expect(await ways('mongod', rich)).toEqual(['mongod-on-path', 'mongod-in-cache']);
  expect(await ways('fast', rich)).toEqual(['secantus-fast']);
  expect(await ways('light', rich)).toEqual(['secantus-fast', 'secantus-light']);
});

it('waits for the build when only the fast server can open the folder', async () => {
  expect(await ways('fast', { ...bare, buildFast: async () => '/cache/fast' })).toEqual(['secantus-fast']);
});

it('always asks SecantusDB to write before it acknowledges', () => {
  for (const [way, writer] of [
    ['secantus-fast', 'fast'],
    ['secantus-light', 'light'],
  ] as const) {
    expect(argumentsFor({ way, writer, path: '/x' }, 1, '/d', 512)).toContain('--sync-on-commit');
  }
});

async function ways(writer: FolderWriter | undefined, sources: ProgramSources, lines: string[] = [], network = true) {
  const search = { sources, network, onProgress: (line: string) => lines.push(line), downloadPatienceMs: 5 };
  const found: string[] = [];
  for await (const program of candidates(writer, search)) found.push(program.way);
  return found;
}
