import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { ImportError } from './import-error.ts';

/** Is one CSV file of an export, to be read to its end before the next one is asked for. */
export interface SourceFile {
  readonly name: string;
  readonly stream: Readable;
}

/** Reads the CSV files of a tar.gz archive, a folder or a single file, one after the other, without unpacking. */
export async function* sourceFiles(path: string): AsyncGenerator<SourceFile> {
  const found = await stat(path).catch(() => {
    throw new ImportError('no-such-path', `There is nothing at "${path}". Give a .tar.gz archive, a folder or a CSV.`);
  });
  if (found.isDirectory()) yield* filesOfFolder(path);
  else if (/\.(tar\.gz|tgz|tar)$/i.test(path)) yield* filesOfArchive(path);
  else yield { name: basename(path), stream: createReadStream(path) };
}

async function* filesOfFolder(path: string): AsyncGenerator<SourceFile> {
  const names = (await readdir(path)).filter(isCsv).sort();
  if (names.length === 0) throw new ImportError('no-csv', `The folder "${path}" holds no file that ends in .csv.`);
  for (const name of names) yield { name, stream: createReadStream(join(path, name)) };
}

async function* filesOfArchive(path: string): AsyncGenerator<SourceFile> {
  const entries = extract();
  const unpack = path.endsWith('.tar') ? [] : [createGunzip()];
  const reading = pipeline([createReadStream(path), ...unpack, entries]);
  // The loop below meets the same error first; here it must not go unhandled.
  reading.catch(() => entries.destroy());
  let files = 0;
  for await (const entry of entries) {
    const name = basename(entry.header.name);
    if (entry.header.type === 'file' && isCsv(name)) {
      files++;
      yield { name, stream: Readable.from(entry) };
    }
    entry.resume();
  }
  await reading;
  if (files === 0) throw new ImportError('no-csv', `The archive "${path}" holds no file that ends in .csv.`);
}

function isCsv(name: string): boolean {
  return /\.csv$/i.test(name) && !name.startsWith('.');
}
