/** Lists the ways a database was got, in the order they are tried. */
export const databaseWays = [
  'given',
  'mongod-on-path',
  'mongod-in-cache',
  'mongod-downloaded',
  'secantus-fast',
  'secantus-light',
] as const;
export type DatabaseWay = (typeof databaseWays)[number];

/** Names the programs that can have written a data folder; only `light` to `fast` may change. */
export const folderWriters = ['mongod', 'fast', 'light'] as const;
export type FolderWriter = (typeof folderWriters)[number];

export type ServerProgram = {
  readonly way: Exclude<DatabaseWay, 'given'>;
  readonly writer: FolderWriter;
  readonly path: string;
};

/** Builds the arguments that start a server on loopback with every acknowledged write on disk. */
export function argumentsFor(program: ServerProgram, port: number, folder: string, cacheMegabytes: number): string[] {
  if (program.writer === 'mongod') return mongodArguments(port, folder, cacheMegabytes);
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', folder],
    ...['--cache-size', `${cacheMegabytes}M`, '--sync-on-commit', '--log-level', 'WARNING'],
  ];
}

function mongodArguments(port: number, folder: string, cacheMegabytes: number): string[] {
  const gigabytes = Math.max(0.25, cacheMegabytes / 1024);
  const base = ['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder];
  const quiet = process.platform === 'win32' ? ['--quiet'] : ['--quiet', '--nounixsocket'];
  return [...base, '--wiredTigerCacheSizeGB', gigabytes.toFixed(2), ...quiet];
}
