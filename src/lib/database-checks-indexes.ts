import assert from 'node:assert/strict';
import { type DatabaseCheck, type Row, refusal } from './database-check.ts';

const duplicateKey = 11000;

/** Lists what Toli relies on in indexes. */
export const indexChecks: readonly DatabaseCheck[] = [
  {
    name: 'a unique index refuses the second row, also on update',
    run: async (database) => {
      const rows = database.collection<Row>('unique');
      await rows.createIndex({ key: 1 }, { unique: true });
      await rows.insertMany([
        { _id: 'a', key: 1 },
        { _id: 'b', key: 2 },
      ]);
      assert.equal((await refusal(rows.insertOne({ _id: 'c', key: 1 }))).code, duplicateKey);
      assert.equal((await refusal(rows.updateOne({ _id: 'b' }, { $set: { key: 1 } }))).code, duplicateKey);
      assert.equal((await refusal(rows.insertOne({ _id: 'a', key: 3 }))).code, duplicateKey);
    },
  },
  {
    name: 'a compound unique index counts all its fields',
    run: async (database) => {
      const rows = database.collection<Row>('compound');
      await rows.createIndex({ deal: 1, customer: 1 }, { unique: true });
      await rows.insertOne({ _id: 'a', deal: 1, customer: 1 });
      await rows.insertOne({ _id: 'b', deal: 1, customer: 2 });
      assert.equal((await refusal(rows.insertOne({ _id: 'c', deal: 1, customer: 1 }))).code, duplicateKey);
    },
  },
  {
    // Toli never takes a key out of a unique index by an update: not every server gives it free again then.
    name: 'deleting a row gives its unique key and its id free again',
    run: async (database) => {
      const rows = database.collection<Row>('freed');
      await rows.createIndex({ key: 1 }, { unique: true });
      await rows.insertOne({ _id: 'a', key: 1, seated: false });
      await rows.updateOne({ _id: 'a' }, { $set: { seated: true } });
      await rows.deleteOne({ _id: 'a' });
      await rows.insertOne({ _id: 'a', key: 1, seated: false });
      assert.equal(await rows.countDocuments({ key: 1 }), 1);
    },
  },
  {
    name: 'a partial unique index holds where its condition holds, and only there',
    run: async (database) => {
      const rows = database.collection<Row>('partial');
      await rows.createIndex({ team: 1 }, { unique: true, partialFilterExpression: { state: 'open' } });
      await rows.insertMany([
        { _id: 'a', team: 1, state: 'closed' },
        { _id: 'b', team: 1, state: 'closed' },
        { _id: 'c', team: 1, state: 'open' },
      ]);
      assert.equal((await refusal(rows.insertOne({ _id: 'd', team: 1, state: 'open' }))).code, duplicateKey);
      assert.equal((await refusal(rows.updateOne({ _id: 'a' }, { $set: { state: 'open' } }))).code, duplicateKey);
      await rows.updateOne({ _id: 'c' }, { $set: { state: 'closed' } });
      await rows.updateOne({ _id: 'a' }, { $set: { state: 'open' } });
    },
  },
  {
    name: 'a partial unique index may ask for a field to exist',
    run: async (database) => {
      const rows = database.collection<Row>('exists');
      await rows.createIndex({ ref: 1 }, { unique: true, partialFilterExpression: { ref: { $exists: true } } });
      await rows.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c', ref: 'x' }]);
      assert.equal((await refusal(rows.insertOne({ _id: 'd', ref: 'x' }))).code, duplicateKey);
    },
  },
  {
    name: 'a unique index over array elements keeps rows apart',
    run: async (database) => {
      const rows = database.collection<Row>('multikey');
      await rows.createIndex({ 'codes.code': 1 }, { unique: true });
      await rows.insertOne({ _id: 'a', codes: [{ code: 1 }, { code: 2 }] });
      assert.equal((await refusal(rows.insertOne({ _id: 'b', codes: [{ code: 2 }] }))).code, duplicateKey);
    },
  },
  {
    name: 'a TTL index is accepted and listed, and the same index may be asked for again',
    run: async (database) => {
      const rows = database.collection<Row>('ttl');
      await rows.createIndex({ at: 1 }, { expireAfterSeconds: 3_600 });
      await rows.createIndex({ at: 1 }, { expireAfterSeconds: 3_600 });
      const listed = (await rows.indexes()).find((index) => index.name === 'at_1');
      assert.equal(listed?.['expireAfterSeconds'], 3_600);
    },
  },
  {
    name: 'sort and limit along a compound index give the right rows in order',
    run: async (database) => {
      const rows = database.collection<Row>('sorted');
      await rows.createIndex({ state: 1, at: 1 });
      const all = Array.from({ length: 2_000 }, (_, i) => ({
        _id: `r${i}`,
        state: i % 2 ? 'new' : 'old',
        at: (i * 7919) % 2_000,
      }));
      await rows.insertMany(all);
      const found = await rows
        .find({ state: 'new', at: { $gt: 100 } })
        .sort({ at: 1 })
        .limit(20)
        .hint('state_1_at_1')
        .toArray();
      const wanted = all
        .filter((row) => row.state === 'new' && row.at > 100)
        .sort((a, b) => a.at - b.at)
        .slice(0, 20);
      assert.deepEqual(found, wanted);
    },
  },
];
