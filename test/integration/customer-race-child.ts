import { customerForAddress } from '#domain/customers';
import { connectMongo, disconnectMongo } from '#lib/mongo';
import { testDeps } from '#test/support/deps';

/** Finds or makes the customers of numbered phones, together with other processes that do the same. */
const [uri = '', count = '0'] = process.argv.slice(2);
await connectMongo(uri);
const deps = testDeps();
process.stdout.write('ready\n');
await new Promise((go) => process.stdin.once('data', go));
const ids: string[] = [];
for (let i = 0; i < Number(count); i++) {
  const address = `+9199000${String(i).padStart(5, '0')}`;
  const found = await customerForAddress(deps, { channel: 'simulator', address, at: deps.clock.now() });
  ids.push(found._id);
}
process.stdout.write(`${JSON.stringify(ids)}\n`);
await disconnectMongo();
process.exit(0);
