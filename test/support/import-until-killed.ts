import { stdout } from 'node:process';
import { connectMongo, disconnectMongo } from '#lib/mongo';
import { importOnlineRetail } from '#worker/import/online-retail';
import { testDeps } from './deps.ts';

/** Imports a folder and names each file as it is done, slowly enough to be killed between two. */
const [, , uri = '', path = '', endAt = ''] = process.argv;
await connectMongo(uri);
await importOnlineRetail(testDeps(), {
  path,
  endAt: new Date(endAt),
  ordersPerWrite: 8,
  onProgress: ({ file }) => stdout.write(`${file}\n`),
});
await disconnectMongo();
