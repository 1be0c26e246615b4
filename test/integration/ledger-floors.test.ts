import { beforeEach, expect, it } from 'vitest';
import { balanceOf, postJournal, proveLedger } from '#domain/ledger';
import { Journal } from '#models/journal';
import { useDatabase } from '#test/support/database';
import { testMarket } from '#test/support/market';

const database = useDatabase();
const { deps } = testMarket();
const ACCOUNT = 'customer:asha:credit';

beforeEach(() => database.clear());

const give = (id: string, amount: number) =>
  postJournal(deps, {
    id,
    kind: 'gift',
    currency: 'INR',
    entries: [
      { account: 'expense:referral', amount: -amount },
      { account: ACCOUNT, amount },
    ],
  });
const take = (id: string, amount: number) =>
  postJournal(deps, {
    id,
    kind: 'use',
    currency: 'INR',
    floor: [ACCOUNT],
    entries: [
      { account: ACCOUNT, amount: -amount },
      { account: 'merchant', amount },
    ],
  });

it('an account with a floor never goes below zero, however many take from it at once', async () => {
  await give('gift', 500);
  const taken = await Promise.all(Array.from({ length: 12 }, (_, index) => take(`take-${index}`, 100)));
  expect(taken.filter(({ kind }) => kind === 'posted')).toHaveLength(5);
  expect(taken.filter(({ kind }) => kind === 'short')).toHaveLength(7);
  expect(await balanceOf(ACCOUNT, 'INR')).toBe(0);
  expect((await proveLedger()).ok).toBe(true);
});

it('a journal is booked once under its business key', async () => {
  expect(await give('gift', 500)).toEqual({ kind: 'posted' });
  await give('gift', 500);
  expect(await take('take', 200)).toEqual({ kind: 'posted' });
  expect(await take('take', 200)).toEqual({ kind: 'repeated' });
  expect(await balanceOf(ACCOUNT, 'INR')).toBe(300);
});

it('a journal that does not balance is refused', async () => {
  const entries = [{ account: 'merchant', amount: 1 }];
  await expect(postJournal(deps, { id: 'x', kind: 'x', currency: 'INR', entries })).rejects.toThrow(/does not balance/);
});

it('the proof names a journal somebody has tampered with, and its currency', async () => {
  await give('gift', 500);
  await Journal.updateOne({ _id: 'gift' }, { $set: { 'entries.0.amount': -400 } });
  const proof = await proveLedger();
  expect(proof.ok).toBe(false);
  expect(proof.byCurrency).toEqual({ INR: 100 });
  expect(proof.problems.join()).toContain('gift');
});
