import mongoose from 'mongoose';
import { connectMongo } from '#lib/mongo';
import { countWrites } from './write-count.ts';

/** Writes one row and dies before or after it, to show that dying there is what it says. */
await connectMongo(process.argv[2] ?? '', { monitor: true });
countWrites(mongoose.connection.getClient()).begin({ at: 1, when: process.argv[3] === 'before' ? 'before' : 'after' });
await mongoose.connection.collection('marks').insertOne({ when: process.argv[3] });
process.stdout.write('still alive\n');
process.exit(0);
