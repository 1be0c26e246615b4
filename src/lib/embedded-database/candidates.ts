import { setTimeout as pause } from 'node:timers/promises';
import type { ProgramSources } from './program-sources.ts';
import type { FolderWriter, ServerProgram } from './server-program.ts';

export type Search = {
  readonly sources: ProgramSources;
  readonly onProgress: (line: string) => void;
  /** Allows downloads and installations. */
  readonly network: boolean;
  /** Milliseconds a download may take before the search goes on beside it; unset: it is waited for. */
  readonly downloadPatienceMs?: number;
};

/** Yields the servers that may open a folder last written by `writer` (undefined: an empty folder), best first. */
export async function* candidates(writer: FolderWriter | undefined, search: Search): AsyncGenerator<ServerProgram> {
  if (writer === undefined || writer === 'mongod') yield* officialServers(search);
  if (writer !== 'mongod') yield* fastServers(search, writer === 'fast');
  if (writer === undefined || writer === 'light') yield* lightServers(search);
  // Without Python the fast server is worth waiting for; an empty folder has nothing better.
  if (writer === undefined) yield* fastServers(search, true);
}

async function* officialServers(search: Search): AsyncGenerator<ServerProgram> {
  const onPath = search.sources.mongodOnPath();
  if (onPath !== undefined) yield { way: 'mongod-on-path', writer: 'mongod', path: onPath };
  const cached = await search.sources.mongodInCache();
  if (cached !== undefined) yield { way: 'mongod-in-cache', writer: 'mongod', path: cached };
  else if (search.network && (await search.sources.officialReachable())) {
    const path = await downloadPatiently(search);
    if (path !== undefined) yield { way: 'mongod-downloaded', writer: 'mongod', path };
  }
}

async function* fastServers(search: Search, build: boolean): AsyncGenerator<ServerProgram> {
  const cached = search.sources.fastInCache();
  const mayBuild = build && search.network && cached === undefined;
  const path = mayBuild ? await search.sources.buildFast({ onProgress: search.onProgress }) : cached;
  if (path !== undefined) yield { way: 'secantus-fast', writer: 'fast', path };
}

async function* lightServers(search: Search): AsyncGenerator<ServerProgram> {
  const cached = search.sources.lightInCache();
  const path = cached ?? (search.network ? await search.sources.installLight(search.onProgress) : undefined);
  if (path !== undefined) yield { way: 'secantus-light', writer: 'light', path };
}

/** Waits a while for the download; a longer one goes on for the next empty folder. */
async function downloadPatiently({ sources, onProgress, downloadPatienceMs }: Search): Promise<string | undefined> {
  const download = sources.downloadOfficial(onProgress).catch((error: Error) => {
    onProgress(`The official MongoDB could not be downloaded: ${error.message}`);
    return undefined;
  });
  if (downloadPatienceMs === undefined) return download;
  const giveUp = new AbortController();
  const late = pause(downloadPatienceMs, 'late' as const, { signal: giveUp.signal }).catch(() => 'late' as const);
  const first = await Promise.race([download, late]);
  giveUp.abort();
  if (first !== 'late') return first;
  onProgress('The download is slow and goes on in the background.');
  return undefined;
}
