import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type CsvRecord, csvRecords } from '#worker/import/csv-records';

async function read(text: string): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  // In pieces, as a file comes, cut in the middle of lines.
  for await (const record of csvRecords(Readable.from(text.match(/[\s\S]{1,7}/g) ?? []))) records.push(record);
  return records;
}
const fields = (records: readonly CsvRecord[]) =>
  records.map((record) => ('fields' in record ? record.fields : record.reason));

describe('reading CSV', () => {
  it('takes quotes, doubled quotes, commas in them and lines in them', async () => {
    const records = await read('\uFEFFa,b\n1,"x, ""y"""\r\n\n2,"two\nlines"\n3,z');
    expect(fields(records)).toEqual([
      ['a', 'b'],
      ['1', 'x, "y"'],
      ['2', 'two\nlines'],
      ['3', 'z'],
    ]);
    expect(records.map(({ line }) => line)).toEqual([1, 2, 4, 6]);
  });

  it('takes a quote in the middle of a field as what it is, an inch', async () => {
    expect(fields(await read('1,12" RULER,2\n'))).toEqual([['1', '12" RULER', '2']]);
  });

  it('loses one line to a quote that is never closed, wherever it stands', async () => {
    const good = ['1,a', '2,b', '3,c', '4,d', '5,e', '6,f'];
    for (let at = 0; at <= good.length; at++) {
      const records = await read([...good.slice(0, at), '9,"open', ...good.slice(at)].join('\n'));
      const unreadable = records.filter((record) => 'reason' in record);
      expect(unreadable).toEqual([{ line: at + 1, text: '9,"open', reason: 'a quote is not closed' }]);
      expect(fields(records.filter((record) => 'fields' in record))).toEqual(good.map((line) => line.split(',')));
    }
  });

  it('hands on what goes wrong with the file itself', async () => {
    const broken = Readable.from(
      (async function* () {
        yield 'a,b\n';
        throw new Error('the disk is gone');
      })(),
    );
    const all = async () => {
      for await (const _ of csvRecords(broken));
    };
    await expect(all()).rejects.toThrow('the disk is gone');
  });
});
