import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, fastFolder, installedFast, releases } from './cache-folder.ts';
import { findOnPath } from './find-on-path.ts';
import { runProgram } from './run-program.ts';

export type BuildOptions = {
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Leaves one processor free and runs at the lowest priority. */
  readonly background?: boolean;
};

/** Names the programs that are missing to build the fast server here. */
export function missingBuildTools(): string[] {
  const needed: readonly (readonly string[])[] = [['cargo'], ['cmake'], ['cc', 'gcc', 'clang']];
  return needed.filter((names) => findOnPath(...names) === undefined).map((names) => names.join(' or '));
}

/**
 * Builds the fast SecantusDB server into the cache (4 minutes on 2 processors) and returns its path,
 * or undefined when it cannot be built here; an interrupted build goes on where it was.
 */
export async function buildFast({ onProgress, signal, background = false }: BuildOptions): Promise<string | undefined> {
  const cargo = findOnPath('cargo');
  if (cargo === undefined || missingBuildTools().length > 0) return undefined;
  const target = join(cacheFolder(), 'secantus', 'target');
  mkdirSync(target, { recursive: true });
  onProgress(`Building the fast database server (SecantusDB ${releases.fast}); this is done once, in some minutes.`);
  const result = await runProgram(cargo, cargoArguments(), {
    env: buildSettings(target, background),
    onOutput: reportProgress(onProgress),
    lowPriority: background,
    ...(signal ? { signal } : {}),
  });
  return finish(result.code, result.tail, target, onProgress, signal?.aborted ?? false);
}

function cargoArguments(): string[] {
  const what = ['install', 'secantus-mdb', '--version', releases.fast, '--locked', '--ignore-rust-version'];
  return [...what, '--root', fastFolder()];
}

function buildSettings(target: string, background: boolean): NodeJS.ProcessEnv {
  return {
    CARGO_TARGET_DIR: target,
    CARGO_PROFILE_RELEASE_LTO: 'off',
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
    CARGO_PROFILE_RELEASE_OPT_LEVEL: '2',
    CARGO_TERM_PROGRESS_WHEN: 'always',
    CARGO_TERM_PROGRESS_WIDTH: '80',
    ...(background ? { CARGO_BUILD_JOBS: String(Math.max(1, availableParallelism() - 1)) } : {}),
  };
}

/** Turns cargo's progress bar ("Building [==> ] 120/310") into one line per tenth. */
function reportProgress(onProgress: (line: string) => void): (text: string) => void {
  let reported = 0;
  return (text) => {
    const last = [...text.matchAll(/Building[^\n]*?(\d+)\/(\d+)/g)].at(-1);
    const tenth = last ? Math.floor((Number(last[1]) / Number(last[2])) * 10) : 0;
    if (tenth <= reported) return;
    reported = tenth;
    onProgress(`Building the fast database server: ${tenth * 10} %`);
  };
}

function finish(code: number, tail: string, target: string, onProgress: (line: string) => void, stopped: boolean) {
  const path = installedFast();
  if (code === 0 && path !== undefined) {
    rmSync(target, { recursive: true, force: true });
    onProgress('The fast database server is built.');
    return path;
  }
  if (!stopped)
    onProgress(`The fast database server could not be built:\n${tail.trim().split('\n').slice(-5).join('\n')}`);
  return undefined;
}
