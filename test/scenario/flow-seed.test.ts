import { beforeEach, expect, test } from 'vitest';
import { Customer } from '#models/customer';
import { Deal } from '#models/deal';
import { Order } from '#models/order';
import { Product } from '#models/product';
import { seedTown } from '#seed/town';
import { useDatabase } from '#test/support/database';
import { flowDeps } from './flow-support.ts';

const database = useDatabase();
beforeEach(() => database.clear());

test('an empty database becomes a town with deals, people and five months of purchases', async () => {
  const seeded = await seedTown(flowDeps(), { people: 60, seed: 3 });
  expect(seeded).toMatchObject({ kind: 'seeded', people: 60 });
  expect(await Product.countDocuments({})).toBe(16);
  expect(await Deal.countDocuments({ state: 'live' })).toBe(10);
  expect(await Order.countDocuments({ source: 'seed', state: 'confirmed' })).toBeGreaterThan(200);
});

test('the same seed makes the same town, and a second seeding changes nothing', async () => {
  const deps = flowDeps();
  await seedTown(deps, { people: 20, seed: 3 });
  const before = await Order.find({}).sort({ _id: 1 }).lean();
  expect(await seedTown(deps, { people: 20, seed: 3 })).toEqual({ kind: 'not-empty' });
  expect(await Order.find({}).sort({ _id: 1 }).lean()).toEqual(before);
  await database.clear();
  await seedTown(deps, { people: 20, seed: 3 });
  expect(await Order.find({}).sort({ _id: 1 }).lean()).toEqual(before);
});

test('a database with something of its own is left alone', async () => {
  await Product.create({
    _id: 'own',
    names: { en: 'Own thing' },
    category: 'groceries',
    artwork: 'atta',
    soloPrice: 100,
    currency: 'INR',
    market: 'IN',
    source: 'operator',
    createdAt: new Date(),
  });
  expect(await seedTown(flowDeps())).toEqual({ kind: 'not-empty' });
  expect(await Customer.countDocuments({})).toBe(0);
});
