import assert from 'node:assert/strict';
import { type DatabaseCheck, type Row, refusal } from './database-check.ts';

type Seats = { _id: string; free: number; seats: { who: string; state: string }[] };
type BulkRefusal = { writeErrors?: { index: number; code: number }[] };

/** Lists what Toli relies on in updates and bulk writes. */
export const writeChecks: readonly DatabaseCheck[] = [
  {
    name: 'a guarded update with $elemMatch and $not changes a row only in the state believed',
    run: async (database) => {
      const teams = database.collection<Seats>('guarded');
      await teams.insertOne({ _id: 't', free: 2, seats: [{ who: 'a', state: 'held' }] });
      const join = { $inc: { free: -1 }, $push: { seats: { who: 'b', state: 'held' } } };
      const absent = { _id: 't', free: { $gt: 0 }, seats: { $not: { $elemMatch: { who: 'b', state: 'held' } } } };
      assert.equal((await teams.updateOne(absent, join)).modifiedCount, 1);
      assert.equal((await teams.updateOne(absent, join)).modifiedCount, 0);
      assert.equal((await teams.updateOne({ _id: 't', 'seats.who': { $ne: 'a' } }, join)).modifiedCount, 0);
      assert.equal((await teams.findOne({ _id: 't' }))?.free, 1);
    },
  },
  {
    name: '$elemMatch asks one element for all its conditions, and the positional $ changes that one',
    run: async (database) => {
      const teams = database.collection<Seats>('positional');
      const seats = [
        { who: 'a', state: 'paid' },
        { who: 'b', state: 'held' },
      ];
      await teams.insertOne({ _id: 't', free: 0, seats });
      const pay = (who: string) =>
        teams.updateOne(
          { _id: 't', seats: { $elemMatch: { who, state: 'held' } } },
          { $set: { 'seats.$.state': 'paid' } },
        );
      assert.equal((await pay('a')).modifiedCount, 0);
      assert.equal((await pay('b')).modifiedCount, 1);
      assert.deepEqual(
        (await teams.findOne({ _id: 't' }))?.seats.map((seat) => seat.state),
        ['paid', 'paid'],
      );
    },
  },
  {
    name: '$push with $slice, $pull and arrayFilters touch only the elements meant',
    run: async (database) => {
      const teams = database.collection<Seats & { last: number[] }>('arrays');
      const seats = ['a', 'b', 'c'].map((who) => ({ who, state: 'held' }));
      await teams.insertOne({ _id: 't', free: 0, seats, last: [1, 2, 3] });
      const arrayFilters = [{ 's.who': 'b', 's.state': 'held' }];
      await teams.updateOne({ _id: 't' }, { $set: { 'seats.$[s].state': 'paid' } }, { arrayFilters });
      await teams.updateOne({ _id: 't' }, { $pull: { seats: { state: 'held', who: 'c' } }, $inc: { free: 1 } });
      await teams.updateOne({ _id: 't' }, { $push: { last: { $each: [4, 5], $slice: -3 } } });
      const left = await teams.findOne({ _id: 't' });
      assert.deepEqual(left?.seats, [
        { who: 'a', state: 'held' },
        { who: 'b', state: 'paid' },
      ]);
      assert.deepEqual([left?.free, left?.last], [1, [3, 4, 5]]);
    },
  },
  {
    name: 'bulkWrite with ordered: false does every other write and names the duplicates',
    run: async (database) => {
      const rows = database.collection<Row>('bulk');
      await rows.insertOne({ _id: 'b', n: 0 });
      const inserts = ['a', 'b', 'c', 'a'].map((_id) => ({ insertOne: { document: { _id } } }));
      const update = { updateOne: { filter: { _id: 'b', n: 0 }, update: { $set: { n: 1 } } } };
      const error = (await refusal(rows.bulkWrite([...inserts, update], { ordered: false }))) as BulkRefusal;
      assert.deepEqual(
        error.writeErrors?.map((each) => [each.index, each.code]),
        [
          [1, 11000],
          [3, 11000],
        ],
      );
      assert.equal(await rows.countDocuments(), 3);
      assert.equal((await rows.findOne({ _id: 'b' }))?.['n'], 1);
    },
  },
  {
    name: 'insertMany with ordered: false keeps the good rows and names the duplicates',
    run: async (database) => {
      const rows = database.collection<Row>('many');
      await rows.insertOne({ _id: 'b' });
      const many = rows.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }], { ordered: false });
      const error = (await refusal(many)) as BulkRefusal;
      assert.deepEqual(
        [error.writeErrors].flat().map((each) => each?.index),
        [1],
      );
      assert.equal(await rows.countDocuments(), 3);
    },
  },
  {
    name: 'an upsert with $setOnInsert writes once and never resets what has moved on',
    run: async (database) => {
      const rows = database.collection<Row>('upsert');
      const repair = () => rows.updateOne({ _id: 'order' }, { $setOnInsert: { state: 'new' } }, { upsert: true });
      assert.equal((await repair()).upsertedCount, 1);
      await rows.updateOne({ _id: 'order' }, { $set: { state: 'paid' } });
      assert.equal((await repair()).upsertedCount, 0);
      assert.equal((await rows.findOne({ _id: 'order' }))?.['state'], 'paid');
    },
  },
  {
    name: 'findOneAndUpdate by key returns the row as asked, or nothing when the guard fails',
    run: async (database) => {
      const rows = database.collection<{ _id: string; fence: number }>('claimed');
      await rows.insertOne({ _id: 'a', fence: 1 });
      const stamp = { $inc: { fence: 1 } };
      const after = await rows.findOneAndUpdate({ _id: 'a', fence: 1 }, stamp, { returnDocument: 'after' });
      assert.equal(after?.fence, 2);
      assert.equal(await rows.findOneAndUpdate({ _id: 'a', fence: 1 }, stamp), null);
    },
  },
  {
    name: '$set, $unset, $min, $max, $addToSet and $inc do their work in one update',
    run: async (database) => {
      const rows = database.collection<Row>('operators');
      await rows.insertOne({ _id: 'a', gone: 1, low: 5, high: 5, set: ['x'], n: 1 });
      const change = {
        $set: { 'deep.er': 1 },
        $unset: { gone: '' },
        $min: { low: 2 },
        $max: { high: 9 },
        $inc: { n: 2 },
      };
      await rows.updateOne({ _id: 'a' }, { ...change, $addToSet: { set: { $each: ['x', 'y'] } } } as never);
      assert.deepEqual(await rows.findOne({ _id: 'a' }), {
        _id: 'a',
        low: 2,
        high: 9,
        set: ['x', 'y'],
        n: 3,
        deep: { er: 1 },
      });
    },
  },
  {
    name: 'write and read concerns are accepted in every combination Toli uses',
    run: async (database) => {
      for (const writeConcern of [
        { w: 'majority', journal: true },
        { w: 1, journal: true },
        { w: 1, journal: false },
      ] as const) {
        const rows = database.collection<Row>('concerns', { writeConcern, readConcern: { level: 'majority' } });
        const inserted = await rows.insertOne({ _id: JSON.stringify(writeConcern) });
        assert.equal(inserted.acknowledged, true);
        assert.notEqual(await rows.findOne({ _id: JSON.stringify(writeConcern) }), null);
      }
    },
  },
];
