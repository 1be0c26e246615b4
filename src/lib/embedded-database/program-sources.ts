import { type BuildOptions, buildFast, missingBuildTools } from './build-fast.ts';
import { installedFast, installedLight } from './cache-folder.ts';
import { downloadOfficial, installedOfficial, officialReachable } from './download-official.ts';
import { findOnPath, isUsableMongod } from './find-on-path.ts';
import { installLight } from './install-light.ts';

/** Says where server programs come from; paths, or undefined when that way is closed here. */
export type ProgramSources = {
  readonly mongodOnPath: () => string | undefined;
  readonly mongodInCache: () => Promise<string | undefined>;
  readonly officialReachable: () => Promise<boolean>;
  readonly downloadOfficial: (onProgress: (line: string) => void) => Promise<string>;
  readonly fastInCache: () => string | undefined;
  readonly canBuildFast: () => boolean;
  readonly buildFast: (options: BuildOptions) => Promise<string | undefined>;
  readonly lightInCache: () => string | undefined;
  readonly installLight: (onProgress: (line: string) => void) => Promise<string | undefined>;
};

/** Looks for programs on this machine, in the user's cache and on the network. */
export const machineSources: ProgramSources = {
  mongodOnPath,
  mongodInCache: installedOfficial,
  officialReachable,
  downloadOfficial,
  fastInCache: () => installedFast(),
  canBuildFast: () => missingBuildTools().length === 0,
  buildFast,
  lightInCache: () => installedLight(),
  installLight,
};

function mongodOnPath(): string | undefined {
  const path = findOnPath('mongod');
  return path !== undefined && isUsableMongod(path) ? path : undefined;
}
