import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { addressOf } from '#domain/addresses';
import { isCode, makeCode } from '#domain/codes';
import { customerById, customerByKey, customerForAddress, isNewCustomer, updateCustomer } from '#domain/customers';
import { findCustomer } from '#domain/find-customer';
import { linkImport } from '#domain/linked-imports';
import { addressKey } from '#lib/identity';
import { newId } from '#lib/random';
import { AddressOwner } from '#models/address-owner';
import { Consent } from '#models/consent';
import { Customer, type CustomerDoc } from '#models/customer';
import { Session } from '#models/session';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { somebody, storedOrder } from '#test/support/people';

const database = useDatabase();
const deps = testDeps();
afterEach(() => database.clear());

const at = new Date('2026-11-22T10:00:00Z');
const write = (address: string, channel = 'simulator') => customerForAddress(deps, { channel, address, at });

const twinOf = (customer: CustomerDoc): CustomerDoc => {
  return { ...customer, _id: newId('c'), inviteCode: makeCode(deps.random), source: 'seed' };
};

async function imported(importId: string): Promise<CustomerDoc> {
  const fresh = await somebody(deps);
  await Customer.updateOne({ _id: fresh._id }, { $set: { importId, source: 'import', addresses: [], market: 'GB' } });
  return (await customerById(fresh._id)) as CustomerDoc;
}

describe('a customer', () => {
  it('is the same person whenever she writes, with market, zone, code and bucket', async () => {
    const first = await write('+919876543210');
    const second = await write('+919876543210');
    expect(second._id).toBe(first._id);
    expect(first).toMatchObject({ market: 'IN', zone: 'Asia/Kolkata', source: 'chat', marketing: false });
    expect(isCode(first.inviteCode)).toBe(true);
    expect(first.bucket).toBeGreaterThanOrEqual(0);
    expect(first.bucket).toBeLessThan(10_000);
  });

  it('gets the market of her number, and India when we do not serve her country', async () => {
    expect((await write('+447700900123')).market).toBe('GB');
    expect((await write('+5511987654321')).zone).toBe('America/Sao_Paulo');
    expect((await write('+15005550006')).market).toBe('IN');
    expect((await write('123456789@lid', 'baileys')).market).toBe('IN');
  });

  it('is stored without her number, and can be reached all the same', async () => {
    const customer = await write('+919876543210');
    const stored = JSON.stringify(await Customer.find().lean());
    expect(stored).not.toContain('9876543210');
    expect(addressOf(deps, (await customerById(customer._id)) as CustomerDoc, 'simulator')).toBe('+919876543210');
  });

  it('is another person on another channel with the same number', async () => {
    const simulator = await write('+919876543210', 'simulator');
    const baileys = await write('+919876543210', 'baileys');
    expect(baileys._id).not.toBe(simulator._id);
    expect((await findCustomer(deps, '98765 43210')).kind).toBe('ambiguous');
    expect(await findCustomer(deps, '+919876543210', 'baileys')).toMatchObject({ customer: { _id: baileys._id } });
  });

  it('can change what she says about herself', async () => {
    const { _id } = await write('+919876543210');
    const changed = await updateCustomer(deps, _id, { name: 'Asha', language: 'hi', languageChosen: true });
    expect(changed).toMatchObject({ name: 'Asha', language: 'hi', languageChosen: true });
    expect((await updateCustomer(deps, _id, { name: null })).name).toBeUndefined();
  });

  it('is new until she paid for something', async () => {
    const { _id } = await write('+919876543210');
    await storedOrder(deps, _id, 't_1', { state: 'placed' });
    expect(await isNewCustomer(_id)).toBe(true);
    await storedOrder(deps, _id, 't_2', { source: 'import', state: 'confirmed' });
    expect(await isNewCustomer(_id)).toBe(false);
  });

  it('is made once by three processes at the same moment', async () => {
    const lists = await raceOf(3, 40);
    expect(await Customer.countDocuments()).toBe(40);
    expect(lists[1]).toEqual(lists[0]);
    expect(lists[2]).toEqual(lists[0]);
  });

  it('is made by whoever comes next when the first process stopped half way', async () => {
    const key = addressKey(deps.secrets, 'simulator', '+919876543210');
    await AddressOwner.create({ _id: key, customerId: 'c_promised', at });
    expect((await write('+919876543210'))._id).toBe('c_promised');
    expect(await Customer.countDocuments()).toBe(1);
  });

  it('would be made several times without the owner row (a broken twin)', async () => {
    const careless = async () => {
      const known = await customerByKey(addressKey(deps.secrets, 'simulator', '+919876543210'));
      return known ?? (await Customer.create(twinOf(await somebody(deps))));
    };
    await Promise.all(Array.from({ length: 10 }, careless));
    expect(await Customer.countDocuments({ source: 'seed' })).toBeGreaterThan(1);
  });
});

describe('linking an imported customer', () => {
  const link = (importId: string, address: string) => linkImport(deps, { importId, channel: 'simulator', address });

  it('gives her an address nobody had, by the whole id or the bare number', async () => {
    const customer = await imported('online-retail:17850');
    expect(await link('17850', '+447700900123')).toMatchObject({ kind: 'linked', customerId: customer._id });
    expect((await write('+447700900123'))._id).toBe(customer._id);
    expect(await link('online-retail:17850', '+447700900123')).toMatchObject({ kind: 'already' });
  });

  it('merges a fresh customer into her, with the chat', async () => {
    const customer = await imported('online-retail:17850');
    const fresh = await write('+447700900123');
    const chatId = `simulator:${fresh.addresses[0]?.key}`;
    await Session.create({
      _id: chatId,
      customerId: fresh._id,
      channel: 'simulator',
      fence: 1,
      rev: 4,
      lease: { owner: 'a', until: at },
      updatedAt: at,
    });
    expect((await link('17850', '+447700900123')).kind).toBe('linked');
    expect((await write('+447700900123'))._id).toBe(customer._id);
    expect((await customerById(fresh._id))?._id).toBe(customer._id);
    expect(await Session.findById(chatId).lean()).toMatchObject({ customerId: customer._id, rev: 5, position: null });
  });

  it('finishes a merge that stopped before the address arrived', async () => {
    const customer = await imported('online-retail:17850');
    const fresh = await write('+447700900123');
    await AddressOwner.updateOne({ _id: fresh.addresses[0]?.key ?? '' }, { $set: { customerId: customer._id } });
    await Customer.updateOne({ _id: fresh._id }, { $set: { mergedInto: customer._id, addresses: [] } });
    expect(await write('+447700900123')).toMatchObject({
      _id: customer._id,
      addresses: [{ mask: expect.any(String) }],
    });
    expect(await Customer.countDocuments()).toBe(2);
  });

  it('keeps the stricter consent', async () => {
    const customer = await imported('online-retail:17850');
    await Customer.updateOne({ _id: customer._id }, { $set: { marketing: true } });
    const fresh = await write('+447700900123');
    await Consent.create({
      _id: 'no',
      customerId: fresh._id,
      purpose: 'marketing',
      granted: false,
      textVersion: '1',
      language: 'en',
      inboxId: 'i',
      at,
    });
    await link('17850', '+447700900123');
    expect((await customerById(customer._id))?.marketing).toBe(false);
  });

  it('refuses a number of somebody with orders, an unknown id and an ambiguous one', async () => {
    await imported('online-retail:17850');
    const other = await write('+447700900123');
    await storedOrder(deps, other._id, 't_1');
    expect(await link('17850', '+447700900123')).toEqual({
      kind: 'belongs-to-other',
      customerId: other._id,
      reason: 'has-orders',
    });
    expect((await link('99999', '+447700900124')).kind).toBe('unknown-import');
    await imported('olist:17850');
    expect(await link('17850', '+447700900125')).toMatchObject({ kind: 'ambiguous' });
  });
});

/** Lets processes make the same customers at the same time; gives the ids each of them saw. */
async function raceOf(processes: number, customers: number): Promise<string[][]> {
  const file = fileURLToPath(new URL('customer-race-child.ts', import.meta.url));
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['--import', 'tsx', file, database.uri(), String(customers)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const lines = children.map(linesOf);
  await Promise.all(lines.map((next) => next()));
  for (const child of children) child.stdin.write('go\n');
  const answers = await Promise.all(lines.map((next) => next()));
  return answers.map((answer) => JSON.parse(answer) as string[]);
}

function linesOf(child: ChildProcess): () => Promise<string> {
  if (!child.stdout) throw new Error('the child has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const line = await lines.next();
    if (line.done) throw new Error('the child ended early');
    return line.value;
  };
}
