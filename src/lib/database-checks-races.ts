import assert from 'node:assert/strict';
import type { DatabaseCheck, Row } from './database-check.ts';

type Team = { _id: string; free: number; seats: string[] };

/** Lists what Toli relies on when many write at once; each race runs over a pool of connections. */
export const raceChecks: readonly DatabaseCheck[] = [
  {
    name: 'of 60 guarded updates for 10 seats exactly 10 win',
    run: async (database) => {
      const teams = database.collection<Team>('seats');
      await teams.insertOne({ _id: 't', free: 10, seats: [] });
      const wins = await Promise.all(Array.from({ length: 60 }, (_, i) => take(teams, `c${i}`)));
      const team = await teams.findOne({ _id: 't' });
      assert.equal(wins.filter(Boolean).length, 10);
      assert.deepEqual([team?.free, new Set(team?.seats).size, team?.seats.length], [0, 10, 10]);
    },
  },
  {
    name: 'of 20 double taps of one customer exactly one wins',
    run: async (database) => {
      const teams = database.collection<Team>('taps');
      await teams.insertOne({ _id: 't', free: 10, seats: [] });
      const wins = await Promise.all(Array.from({ length: 20 }, () => take(teams, 'one')));
      assert.equal(wins.filter(Boolean).length, 1);
      assert.deepEqual((await teams.findOne({ _id: 't' }))?.seats, ['one']);
    },
  },
  {
    name: 'of 20 inserts with one unique key exactly one is accepted',
    run: async (database) => {
      const rows = database.collection<Row>('inbox');
      await rows.createIndex({ key: 1 }, { unique: true });
      const insert = (i: number) => rows.insertOne({ _id: `r${i}`, key: 'same' });
      const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => insert(i)));
      assert.equal(ends.filter((end) => end.status === 'fulfilled').length, 1);
      assert.equal(await rows.countDocuments(), 1);
    },
  },
  {
    name: '20 upserts of one id leave one row, and no increment is lost',
    run: async (database) => {
      const rows = database.collection<{ _id: string; n: number }>('counted');
      const add = () => rows.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { upsert: true });
      const ends = await Promise.allSettled(Array.from({ length: 20 }, add));
      const done = ends.filter((end) => end.status === 'fulfilled').length;
      assert.deepEqual(await rows.find().toArray(), [{ _id: 'a', n: done }]);
    },
  },
  {
    name: 'of 20 claims of one queue row exactly one wins, and the next reader sees it taken',
    run: async (database) => {
      const rows = database.collection<Row>('queue');
      await rows.insertOne({ _id: 'a', state: 'new' });
      const claim = (owner: number) => rows.updateOne({ _id: 'a', state: 'new' }, { $set: { state: 'taken', owner } });
      const ends = await Promise.all(Array.from({ length: 20 }, (_, owner) => claim(owner)));
      assert.equal(ends.filter((end) => end.modifiedCount === 1).length, 1);
      assert.equal(await rows.countDocuments({ state: 'new' }), 0);
    },
  },
];

type Teams = { updateOne(filter: object, update: object): Promise<{ modifiedCount: number }> };

async function take(teams: Teams, customer: string): Promise<boolean> {
  const guard = { _id: 't', free: { $gt: 0 }, seats: { $ne: customer } };
  const { modifiedCount } = await teams.updateOne(guard, { $inc: { free: -1 }, $push: { seats: customer } });
  return modifiedCount === 1;
}
