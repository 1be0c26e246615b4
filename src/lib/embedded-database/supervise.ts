import { setTimeout as pause } from 'node:timers/promises';
import { clearRunning, type DataFolder, type RunningServer, readMark, readRunning, removeUser } from './data-folder.ts';
import { withFolderLock } from './folder-lock.ts';
import type { ProgramSources } from './program-sources.ts';
import { isRunning, startServer, stopServer } from './server-process.ts';

export type Supervision = { readonly stop: () => Promise<void> };

export type SupervisionSettings = {
  readonly onProgress: (line: string) => void;
  readonly background: boolean;
  readonly network: boolean;
  readonly cacheMegabytes: number;
  readonly sources: ProgramSources;
};

const lookEveryMs = 250;
const longestPauseMs = 10_000;
const buildAfterMs = 15_000;

/** Watches the server, starts it again on its port when it dies, and builds the fast one beside a light one. */
export function superviseServer(folder: DataFolder, first: RunningServer, settings: SupervisionSettings): Supervision {
  const ending = new AbortController();
  const watching = watch(folder, first, settings, ending.signal);
  const building = buildBeside(first, settings, ending.signal);
  let stopped: Promise<void> | undefined;
  const end = async () => {
    ending.abort();
    await Promise.all([watching, building]);
    await withFolderLock(
      folder,
      () => undefined,
      () => leave(folder),
    );
  };
  return {
    stop: () => {
      stopped ??= end();
      return stopped;
    },
  };
}

async function watch(folder: DataFolder, first: RunningServer, settings: SupervisionSettings, signal: AbortSignal) {
  let running = first;
  let failures = 0;
  while (!signal.aborted) {
    await rest(Math.min(longestPauseMs, lookEveryMs * 2 ** failures), signal);
    if (signal.aborted || isRunning(running)) continue;
    try {
      running = await withFolderLock(
        folder,
        () => undefined,
        () => bringBack(folder, running, settings, signal),
      );
      failures = 0;
    } catch (error) {
      failures += 1;
      settings.onProgress(`The database server is down and could not be started again: ${(error as Error).message}`);
    }
  }
}

/** Follows a server another process brought back, else starts the same program on the same port. */
async function bringBack(
  folder: DataFolder,
  lost: RunningServer,
  settings: SupervisionSettings,
  signal: AbortSignal,
): Promise<RunningServer> {
  const noted = readRunning(folder);
  if (noted !== undefined && noted.port === lost.port && isRunning(noted)) return noted;
  const writer = readMark(folder)?.writer;
  if (signal.aborted || writer === undefined || lost.way === 'given') return lost;
  settings.onProgress('The database server died; starting it again.');
  const program = { way: lost.way, writer, path: lost.path };
  const running = await startServer(program, folder, lost.port, settings.cacheMegabytes);
  settings.onProgress('The database server is back.');
  return running;
}

async function buildBeside(first: RunningServer, settings: SupervisionSettings, signal: AbortSignal): Promise<void> {
  const { sources, onProgress } = settings;
  const wanted = first.way === 'secantus-light' && settings.background && settings.network;
  if (!wanted || sources.fastInCache() !== undefined || !sources.canBuildFast()) return;
  // Not at once: the first minute belongs to the first chat, and a short command is over before.
  await rest(buildAfterMs, signal);
  if (signal.aborted) return;
  const path = await sources.buildFast({ onProgress, signal, background: true });
  if (path !== undefined) onProgress('It is used from the next start on.');
}

async function leave(folder: DataFolder): Promise<void> {
  if (removeUser(folder) > 0) return;
  const running = readRunning(folder);
  if (running !== undefined) await stopServer(running);
  clearRunning(folder);
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
