import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { useDatabase } from '#test/support/database';

const Probe = mongoose.model('DatabaseSupportProbe', new mongoose.Schema({ key: { type: String, unique: true } }));
const database = useDatabase();

it('gives each test file a database of its own with the indexes of its models', async () => {
  await Probe.create({ key: 'a' });
  await expect(Probe.create({ key: 'a' })).rejects.toMatchObject({ code: 11000 });
  expect(new URL(database.uri()).pathname).toBe(`/${mongoose.connection.name}`);
});

it('empties the collections and keeps their indexes', async () => {
  await database.clear();
  expect(await Probe.countDocuments()).toBe(0);
  expect(await Probe.collection.indexExists('key_1')).toBe(true);
});
