import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { cacheFolder, officialFolder, releases } from './cache-folder.ts';
import { isUsableMongod } from './find-on-path.ts';

const host = 'fastdl.mongodb.org';
const proxyNames = [
  'https_proxy',
  'HTTPS_PROXY',
  'http_proxy',
  'HTTP_PROXY',
  'npm_config_https_proxy',
  'npm_config_proxy',
];

/** Tells within `timeoutMs` whether the official download (or the proxy to it) can be reached. */
export function officialReachable(timeoutMs = 3_000): Promise<boolean> {
  const proxy = proxyNames.map((name) => process.env[name]).find(Boolean);
  const address = proxyAddress(proxy) ?? { host, port: 443 };
  return new Promise((resolve) => {
    const socket = connect(address);
    const answer = (reached: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reached);
    };
    const timer = setTimeout(answer, timeoutMs, false);
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

/** Returns the path of an official server that was downloaded before and runs here. */
export async function installedOfficial(): Promise<string | undefined> {
  if (!existsSync(officialFolder())) return undefined;
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');
  const options = await DryMongoBinary.generateOptions({ version: releases.official, downloadDir: officialFolder() });
  const path = DryMongoBinary.combineBinaryName(officialFolder(), await DryMongoBinary.getBinaryName(options));
  return existsSync(path) && isUsableMongod(path) ? path : undefined;
}

/** Downloads the official server into the cache, its checksum verified, and returns its path; throws when it cannot be had. */
export async function downloadOfficial(onProgress: (line: string) => void): Promise<string> {
  const { MongoBinaryDownload } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownload.js');
  mkdirSync(officialFolder(), { recursive: true });
  // The downloader verifies the server's certificate only when npm is told to; a program that is run must be verified.
  process.env['npm_config_strict_ssl'] ??= 'true';
  const download = new MongoBinaryDownload({
    version: releases.official,
    downloadDir: officialFolder(),
    checkMD5: true,
  });
  download.printDownloadProgress = progressPrinter(download, onProgress);
  onProgress(`Downloading the official MongoDB ${releases.official} into ${cacheFolder()}.`);
  const path = await download.getMongodPath();
  if (!isUsableMongod(path)) throw new Error(`The downloaded ${path} does not run on this system.`);
  return path;
}

type Progress = { dlProgress: { current: number; length: number } };

function progressPrinter(download: Progress, onProgress: (line: string) => void): (chunk: { length: number }) => void {
  let reported = 0;
  return (chunk) => {
    const { dlProgress } = download;
    dlProgress.current += chunk.length;
    const tenth = dlProgress.length > 0 ? Math.floor((dlProgress.current / dlProgress.length) * 10) : 0;
    if (tenth <= reported) return;
    reported = tenth;
    onProgress(`Downloading the official MongoDB: ${tenth * 10} %`);
  };
}

function proxyAddress(proxy: string | undefined): { host: string; port: number } | undefined {
  if (proxy === undefined || !URL.canParse(proxy)) return undefined;
  const url = new URL(proxy);
  return { host: url.hostname, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) };
}
