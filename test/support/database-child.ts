import { openDatabase } from '#lib/embedded-database/open';

/** Holds the embedded database of the folder in its first argument open until it is killed or told to stop. */
const database = await openDatabase({ dataDir: process.argv[2]!, network: false, cacheMegabytes: 256 });
process.stdout.write(`${database.uri}\n`);
process.once('SIGTERM', async () => {
  await database.stop();
  process.exit(0);
});
setInterval(() => undefined, 60_000);
