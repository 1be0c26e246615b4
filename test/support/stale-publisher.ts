import { stdin, stdout } from 'node:process';
import { publishLists, stampPublisher } from '#domain/active-runs';
import { withJob } from '#domain/jobs';
import { connectMongo, disconnectMongo } from '#lib/mongo';
import { newOwner } from '#lib/owner';
import { testDeps } from './deps.ts';

/** Takes the lease of `recompute`, says so, and publishes once it is told to: a worker that can be stopped in between. */
await connectMongo(process.argv[2] ?? '');
const run = { job: 'recompute', owner: `elsewhere:${newOwner()}`, leaseMs: 300 };
const outcome = await withJob(testDeps(), run, async ({ fence }) => {
  const stamped = await stampPublisher(fence);
  stdout.write(`stamped ${stamped}\n`);
  await new Promise((go) => stdin.once('data', go));
  return publishLists(fence, [{ list: 'new', runId: 'stale', simple: false }], new Date());
});
stdout.write(`${JSON.stringify(outcome)}\n`);
await disconnectMongo();
process.exit(0);
