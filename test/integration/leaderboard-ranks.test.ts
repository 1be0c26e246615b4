import { afterEach, expect, it } from 'vitest';
import { leaderboard } from '#domain/leaderboard';
import { Customer, type CustomerDoc } from '#models/customer';
import { Reward, type RewardState } from '#models/reward';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { somebody } from '#test/support/people';

const DAY = 86_400_000;
const database = useDatabase();
const deps = testDeps();
afterEach(() => database.clear());

async function inviter(
  name: string,
  settled: number,
  options: { pinCode?: string; daysAgo?: number; state?: RewardState } = {},
) {
  const customer = await somebody(deps);
  const place = { kind: 'address', text: 'x', pinCode: options.pinCode ?? '110001' };
  await Customer.updateOne({ _id: customer._id }, { $set: { name, place } });
  const at = new Date(deps.clock.now().getTime() - (options.daysAgo ?? 1) * DAY);
  const rows = Array.from({ length: settled }, (_, i) => ({
    _id: `${customer._id}:${i}`,
    customerId: customer._id,
    inviterId: customer._id,
    friendId: `f${i}`,
    side: 'inviter' as const,
    orderId: `o${i}`,
    market: 'IN',
    amount: 50_00,
    currency: 'INR',
    state: options.state ?? 'available',
    keys: [`${customer._id}:${i}`],
    createdAt: at,
    availableAt: at,
  }));
  await Reward.insertMany(rows);
  return customer;
}

const board = (customer: CustomerDoc, pinCode?: string) =>
  leaderboard(deps, { days: 7, customerId: customer._id, ...(pinCode ? { pinCode } : {}) });

it('ranks by settled friends of the week, masks names and shows two around', async () => {
  await inviter('Asha Kumari', 7);
  await inviter('Bina', 6);
  await inviter('Chand', 5);
  await inviter('Dev', 4);
  const own = await inviter('Esha', 3);
  await inviter('Farid', 2);
  await inviter('Gita', 1);
  await inviter('Old', 9, { daysAgo: 8 });
  await inviter('Waiting', 9, { state: 'pending' });
  await inviter('Lost', 9, { state: 'void' });
  const { top, around, people } = await board(own);
  expect(top[0]).toEqual({ rank: 1, name: 'A… K…', friends: 7, own: false });
  expect(around.map(({ rank, own }) => [rank, own])).toEqual([
    [3, false],
    [4, false],
    [5, true],
    [6, false],
    [7, false],
  ]);
  expect(people).toBe(7);
});

it('keeps to one area when asked, and gives no own rank to who has none', async () => {
  await inviter('Asha', 2, { pinCode: '560001' });
  await inviter('Bina', 5);
  const nobody = await somebody(deps);
  expect(await board(nobody, '560001')).toMatchObject({ people: 1, around: [], top: [{ friends: 2 }] });
});

it('puts who reached the same number first first', async () => {
  await inviter('Late', 2, { daysAgo: 1 });
  await inviter('Early', 2, { daysAgo: 3 });
  const { top } = await board(await somebody(deps));
  expect(top.map(({ name }) => name)).toEqual(['E…', 'L…']);
});

it('names people without a name by the last two digits only', async () => {
  const customer = await inviter('', 1);
  await Customer.updateOne({ _id: customer._id }, { $unset: { name: 1 } });
  expect((await board(customer)).top[0]?.name).toMatch(/^…\d\d$/);
});
