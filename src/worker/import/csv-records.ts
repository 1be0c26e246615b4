import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';

/** Is one record of a CSV file with the line it begins on, counted from 1; one that cannot be read says why. */
export type CsvRecord = { readonly line: number; readonly text: string } & (
  | { readonly fields: readonly string[] }
  | { readonly reason: string }
);

/** A quoted field may go over this many lines; a quote that is open for longer was a slip. */
const LONGEST_RECORD = 4;

/**
 * Reads a CSV stream record by record. Each line stands for itself: a quote somebody forgot to close costs that line and
 * not the rest of the file.
 */
export async function* csvRecords(stream: Readable): AsyncGenerator<CsvRecord> {
  const failure: { error?: Error } = {};
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  stream.once('error', (error) => {
    failure.error = error;
    lines.close();
  });
  const waiting: { line: number; text: string }[] = [];
  let line = 0;
  for await (const raw of lines) {
    line++;
    waiting.push({ line, text: line === 1 ? raw.replace(/^\uFEFF/, '') : raw });
    yield* readable(waiting, false);
  }
  if (failure.error) throw failure.error;
  yield* readable(waiting, true);
}

/** Takes as many records from the front of the waiting lines as are complete; at the end, all. */
function* readable(waiting: { line: number; text: string }[], ended: boolean): Generator<CsvRecord> {
  while (waiting[0]) {
    const { line, text } = waiting[0];
    const found = text.includes('"') ? readQuoted(waiting) : { fields: text.split(','), lines: 1 };
    if (found === 'open' && !ended && waiting.length < LONGEST_RECORD) return;
    if (found === 'open' || 'reason' in found) {
      waiting.shift();
      yield { line, text, reason: found === 'open' ? 'a quote is not closed' : found.reason };
    } else {
      const taken = waiting.splice(0, found.lines);
      if (text.trim() !== '') yield { line, text: taken.map((one) => one.text).join('\n'), fields: found.fields };
    }
  }
}

/** Reads a record with quotes from the first line, or from it and as many of the next as its quotes need. */
function readQuoted(
  waiting: readonly { text: string }[],
): { fields: string[]; lines: number } | { reason: string } | 'open' {
  for (let lines = 1; lines <= waiting.length; lines++) {
    const text = waiting
      .slice(0, lines)
      .map((one) => one.text)
      .join('\n');
    try {
      const [fields = []] = parse(text, { relax_column_count: true, relax_quotes: true }) as string[][];
      return { fields, lines };
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code !== 'CSV_QUOTE_NOT_CLOSED') return { reason: message };
    }
  }
  return 'open';
}
