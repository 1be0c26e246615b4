import { ImportError } from './import-error.ts';
import { readDate } from './online-retail-rows.ts';
import { sourceFiles } from './source-files.ts';

const DATE = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?|\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d/g;
const LONGEST_DATE = 19;

/** Finds the last date written anywhere in an export, as UTC ms, without parsing its rows. */
export async function findLastDate(path: string): Promise<number> {
  let last = Number.NEGATIVE_INFINITY;
  for await (const { stream } of sourceFiles(path)) {
    let rest = '';
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const text = rest + chunk.toString('latin1');
      for (const found of new Set(text.match(DATE))) last = Math.max(last, readDate(found) || last);
      rest = text.slice(-LONGEST_DATE);
    }
  }
  if (!Number.isFinite(last)) throw new ImportError('no-dates', `No date was found in "${path}".`);
  return last;
}
