import { expect, it } from 'vitest';
import type { SimulatorEntry, SimulatorLog } from '#channels/simulator/log';

const A = '+919812345678';
const B = '+447700900123';

function entry(id: string, extra: Partial<SimulatorEntry> = {}): SimulatorEntry {
  const at = new Date('2026-01-01T10:00:00Z');
  return { phone: A, direction: 'in', id, kind: 'text', text: `text of ${id}`, at, ...extra };
}

/** Declares the tests that every simulator log has to pass; each starts with an empty one. */
export function simulatorLogContract(makeLog: () => SimulatorLog): void {
  it('numbers the messages of each phone on its own, in their order', async () => {
    const log = makeLog();
    const stored = await log.append([entry('1'), entry('2', { phone: B }), entry('3')]);
    expect(stored.map(({ phone, seq }) => [phone, seq])).toEqual([
      [A, 1],
      [B, 1],
      [A, 2],
    ]);
  });

  it('gives back what was stored, options and picture included', async () => {
    const log = makeLog();
    const full = entry('o', {
      direction: 'out',
      kind: 'image',
      options: [{ id: 'x', label: 'मैं शामिल हूँ' }],
      imageUrl: '/pictures/deal/1.png',
      imageAlt: 'a sack of rice',
      orderId: 'o_1',
    });
    await log.append([full]);
    expect(await log.since(A, 0, 10)).toEqual([expect.objectContaining({ ...full, seq: 1 })]);
  });

  it('changes nothing when a message comes again, in the same or a later write', async () => {
    const log = makeLog();
    await log.append([entry('1'), entry('1', { text: 'changed' })]);
    const again = await log.append([entry('1', { text: 'changed again' }), entry('2')]);
    expect(again[0]?.seq).toBe(1);
    const history = await log.since(A, 0, 10);
    expect(history.map(({ id, text }) => [id, text])).toEqual([
      ['1', 'text of 1'],
      ['2', 'text of 2'],
    ]);
  });

  it('keeps the same id of another phone or direction apart', async () => {
    const log = makeLog();
    await log.append([entry('1'), entry('1', { direction: 'out' }), entry('1', { phone: B })]);
    expect(await log.since(A, 0, 10)).toHaveLength(2);
    expect(await log.since(B, 0, 10)).toHaveLength(1);
  });

  it('reads on from a place, and no more than asked for', async () => {
    const log = makeLog();
    await log.append(['1', '2', '3', '4'].map((id) => entry(id)));
    expect((await log.since(A, 1, 2)).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await log.since(A, 4, 2)).toEqual([]);
  });
}
