import { Command } from 'commander';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CliContext } from '#cli/context';
import { registerCustomerCommands } from '#cli/customers-commands';
import { registerHistoryCommands } from '#cli/history-commands';
import { registerRewardCommands } from '#cli/reward-commands';
import { customerForAddress } from '#domain/customers';
import type { Deps } from '#domain/deps';
import { postJournal } from '#domain/ledger';
import { Audit } from '#models/audit';
import { Customer } from '#models/customer';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { somebody } from '#test/support/people';

const database = useDatabase();
const deps = testDeps();
const PHONE = '+447700900123';
let printed: { result: unknown; lines: readonly string[] }[] = [];

/** These commands need nothing else of the context. */
const context = {
  withDeps: <T>(work: (given: Deps) => Promise<T>) => work(deps),
  print: (result: unknown, lines: readonly string[]) => void printed.push({ result, lines }),
} as unknown as CliContext;

beforeEach(() => {
  printed = [];
});
afterEach(() => {
  process.exitCode = 0;
  return database.clear();
});

async function toli(...words: string[]): Promise<{ result: unknown; lines: readonly string[] }> {
  const program = new Command('toli').exitOverride();
  registerHistoryCommands(program, context);
  registerCustomerCommands(program, context);
  registerRewardCommands(program, context);
  await program.parseAsync(words, { from: 'user' });
  return printed.at(-1) ?? { result: null, lines: [] };
}

async function imported(): Promise<string> {
  const { _id } = await somebody(deps);
  await Customer.updateOne({ _id }, { $set: { importId: 'online-retail:17850', addresses: [], source: 'import' } });
  return _id;
}

it('links an imported customer to a number, with one audit row that does not hold it', async () => {
  const id = await imported();
  expect((await toli('customers', 'link', '17850', PHONE)).result).toMatchObject({ kind: 'linked', customerId: id });
  const audits = await Audit.find().lean();
  expect(audits).toMatchObject([{ verb: 'customers link', target: '17850', ok: true }]);
  expect(JSON.stringify(audits)).not.toContain('7700900123');
  expect((await toli('history', PHONE)).lines[0]).toContain(id);
  expect((await toli('customers', 'show', '17850')).result).toMatchObject({ _id: id });
});

it('says why it does not link, and fails for scripts', async () => {
  const { lines } = await toli('customers', 'link', '99999', PHONE);
  expect(lines[0]).toContain('No imported customer');
  expect(process.exitCode).toBe(1);
  await expect(toli('customers', 'link', '99999', 'abc')).rejects.toThrow('is not a phone number');
  await expect(toli('history', '+447700900999')).rejects.toThrow('No customer fits');
});

it('pays credit out once, and refuses more than there is', async () => {
  const her = await customerForAddress(deps, { channel: 'simulator', address: '+919812345678', at: deps.clock.now() });
  const account = `customer:${her._id}:credit`;
  const entries = [
    { account: 'expense:referral', amount: -50_00 },
    { account, amount: 50_00 },
  ];
  await postJournal(deps, { id: 'gift', kind: 'gift', currency: 'INR', entries });
  expect((await toli('reward', 'pay', '98123 45678', '49.50', '--reference', 'R1')).result).toMatchObject({
    kind: 'paid',
    left: 50,
  });
  expect((await toli('reward', 'pay', her._id, '10', '--reference', 'R2')).lines[0]).toContain('only ₹0.50');
  expect(process.exitCode).toBe(1);
  expect(await Audit.countDocuments({ verb: 'reward pay' })).toBe(2);
  expect((await toli('reward', 'list', her._id)).lines).toEqual(['No rewards.']);
  expect((await toli('reward', 'flags')).lines).toEqual(['No open flags.']);
});

it('exports and erases', async () => {
  const { _id } = await somebody(deps);
  expect((await toli('customers', 'export', _id)).result).toMatchObject({ format: 'toli-export-1' });
  expect((await toli('customers', 'erase', _id)).result).toEqual({ kind: 'soon' });
  expect(await Audit.countDocuments()).toBe(2);
});
