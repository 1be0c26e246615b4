import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { simulatorLog } from '#domain/simulator-log';
import { SimulatorMessage } from '#models/simulator-message';
import { useDatabase } from '#test/support/database';
import { simulatorLogContract } from '../unit/simulator-log-contract.ts';

const keyOf = (phone: string) => `key-of-${phone.slice(-4)}`;
const PHONE = '+919812345678';
const at = new Date('2026-01-01T10:00:00Z');
const entry = (id: string) => ({ phone: PHONE, direction: 'out', id, kind: 'text', text: id, at }) as const;

useDatabase();

describe('the simulator log in the database', () => {
  beforeAll(() => SimulatorMessage.createIndexes());
  afterEach(() => SimulatorMessage.deleteMany({ _id: { $exists: true } }));

  simulatorLogContract(() => simulatorLog({ keyOf }));

  it('goes on where it was after a restart', async () => {
    await simulatorLog({ keyOf }).append([entry('1'), entry('2')]);
    const [next] = await simulatorLog({ keyOf }).append([entry('3')]);
    expect(next?.seq).toBe(3);
  });

  it('gives each message a place of its own when several processes write to one phone', async () => {
    const logs = Array.from({ length: 4 }, () => simulatorLog({ keyOf }));
    const write = async (log: (typeof logs)[number], name: string) => {
      for (let n = 0; n < 10; n++) await log.append([entry(`${name}-${n}-a`), entry(`${name}-${n}-b`)]);
    };
    await Promise.all(logs.map((log, n) => write(log, `writer-${n}`)));
    const history = await simulatorLog({ keyOf }).since(PHONE, 0, 1_000);
    expect(new Set(history.map(({ id }) => id)).size).toBe(80);
    expect(history.map(({ seq }) => seq)).toEqual(Array.from({ length: 80 }, (_, n) => n + 1));
  });

  it('keeps no phone number', async () => {
    await simulatorLog({ keyOf }).append([entry('1')]);
    expect(JSON.stringify(await SimulatorMessage.find({}).lean())).not.toContain('9812345678');
  });
});
