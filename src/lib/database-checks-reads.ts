import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import type { DatabaseCheck, Row } from './database-check.ts';

const { Binary, Decimal128, Long, ObjectId } = mongoose.mongo;

/** Lists what Toli relies on in reading, types and aggregation. */
export const readChecks: readonly DatabaseCheck[] = [
  {
    name: 'the server is new enough for the driver (wire version 9)',
    run: async (database) => {
      const hello = await database.admin().command({ hello: 1 });
      assert.ok(hello['maxWireVersion'] >= 9, `wire version ${hello['maxWireVersion']}`);
    },
  },
  {
    name: 'every type Toli stores comes back as it went in',
    run: async (database) => {
      const rows = database.collection('types');
      const row = {
        _id: new ObjectId(),
        at: new Date('2026-11-21T01:02:03.456Z'),
        bytes: new Binary(Buffer.from([0, 255, 7])),
        exact: Decimal128.fromString('1234.5600'),
        big: Long.fromString('9007199254740993'),
        nothing: null,
        text: 'चाय ☕ ‮',
        deep: { list: [1, { two: [2.5] }], empty: {}, none: [] },
      };
      await rows.insertOne(row);
      assert.deepEqual(JSON.stringify(await rows.findOne({}, { promoteLongs: false })), JSON.stringify(row));
    },
  },
  {
    name: 'filters over $in, $exists, null, ranges of dates and paths into arrays find the right rows',
    run: async (database) => {
      const rows = database.collection<Row>('filters');
      await rows.insertMany([
        { _id: 'a', at: new Date(1_000), tags: [{ k: 1, v: 'x' }], maybe: null },
        {
          _id: 'b',
          at: new Date(2_000),
          tags: [
            { k: 2, v: 'x' },
            { k: 1, v: 'y' },
          ],
        },
        { _id: 'c', at: new Date(3_000), tags: [] },
      ]);
      const ids = async (filter: object) =>
        (await rows.find(filter).sort({ _id: 1 }).toArray()).map((row) => row._id).join('');
      assert.equal(await ids({ _id: { $in: ['a', 'c', ...Array.from({ length: 1_000 }, (_, i) => `n${i}`)] } }), 'ac');
      assert.equal(await ids({ maybe: { $exists: true } }), 'a');
      assert.equal(await ids({ maybe: null }), 'abc');
      assert.equal(await ids({ at: { $gt: new Date(1_000), $lte: new Date(3_000) } }), 'bc');
      assert.equal(await ids({ 'tags.k': 1, 'tags.v': 'x' }), 'ab');
      assert.equal(await ids({ tags: { $elemMatch: { k: 1, v: 'x' } } }), 'a');
      assert.equal(await ids({ $or: [{ tags: { $size: 0 } }, { 'tags.1.v': 'y' }] }), 'bc');
    },
  },
  {
    name: 'projections cut arrays and leave fields out',
    run: async (database) => {
      const rows = database.collection<Row>('projections');
      await rows.insertOne({ _id: 'a', list: [1, 2, 3, 4], deep: { keep: 1, drop: 2 } });
      const cut = await rows.findOne({ _id: 'a' }, { projection: { list: { $slice: -2 }, 'deep.drop': 0 } });
      assert.deepEqual(cut, { _id: 'a', list: [3, 4], deep: { keep: 1 } });
    },
  },
  {
    name: 'a cursor brings all of 3,000 rows over many batches',
    run: async (database) => {
      const rows = database.collection<Row>('cursor');
      await rows.insertMany(Array.from({ length: 3_000 }, (_, n) => ({ _id: `r${n}`, n })));
      let sum = 0;
      for await (const row of rows.find().batchSize(100)) sum += Number(row['n']);
      assert.equal(sum, (2_999 * 3_000) / 2);
    },
  },
  {
    name: '$unwind, $group, $lookup, $sort and $dateToString with a time zone compute right sums',
    run: async (database) => {
      const orders = database.collection<Row>('orders');
      const late = new Date('2026-01-01T20:00:00Z');
      await orders.insertMany([
        {
          _id: 'o1',
          at: late,
          items: [
            { sku: 'x', qty: 2 },
            { sku: 'y', qty: 1 },
          ],
        },
        { _id: 'o2', at: late, items: [{ sku: 'x', qty: 5 }] },
      ]);
      await database.collection<Row>('products').insertOne({ _id: 'x', name: 'tea' });
      const day = { $dateToString: { date: '$at', format: '%Y-%m-%d', timezone: 'Asia/Kolkata' } };
      const sold = await orders
        .aggregate([
          { $unwind: '$items' },
          { $group: { _id: { sku: '$items.sku', day }, qty: { $sum: '$items.qty' }, lines: { $sum: 1 } } },
          { $lookup: { from: 'products', localField: '_id.sku', foreignField: '_id', as: 'product' } },
          { $sort: { qty: -1 } },
        ])
        .toArray();
      assert.deepEqual(sold, [
        { _id: { sku: 'x', day: '2026-01-02' }, qty: 7, lines: 2, product: [{ _id: 'x', name: 'tea' }] },
        { _id: { sku: 'y', day: '2026-01-02' }, qty: 1, lines: 1, product: [] },
      ]);
    },
  },
  {
    name: 'counting, distinct and deleting by a filter agree with each other',
    run: async (database) => {
      const rows = database.collection<Row>('counts');
      await rows.insertMany(Array.from({ length: 90 }, (_, n) => ({ _id: `r${n}`, kind: n % 3 })));
      assert.deepEqual((await rows.distinct('kind')).sort(), [0, 1, 2]);
      assert.equal(await rows.countDocuments({ kind: { $ne: 1 } }), 60);
      assert.equal((await rows.deleteMany({ kind: 1 })).deletedCount, 30);
      assert.equal(await rows.countDocuments(), 60);
    },
  },
  {
    name: 'a row of 2 MB is kept, and every connection reads what another has just written',
    run: async (database) => {
      const rows = database.collection<Row>('large');
      await rows.insertOne({ _id: 'a', text: 'x'.repeat(2 << 20) });
      const reads = await Promise.all(
        Array.from({ length: 16 }, () => rows.findOne({ _id: 'a' }, { projection: { _id: 1 } })),
      );
      assert.ok(reads.every((row) => row?._id === 'a'));
    },
  },
];
