import { Command } from '#models/command';
import type { Deps } from './deps.ts';

/**
 * Runs a command once: called again with the same id it returns the first outcome.
 * The work itself must be safe to repeat, because a crash can come between it and the record of its outcome.
 */
export async function once<Outcome>(deps: Deps, commandId: string, work: () => Promise<Outcome>): Promise<Outcome> {
  const before = await Command.findById(commandId).lean();
  if (before) return before.outcome as Outcome;
  const outcome = await work();
  await Command.updateOne({ _id: commandId }, { $setOnInsert: { outcome, at: deps.clock.now() } }, { upsert: true });
  const kept = await Command.findById(commandId).lean();
  return (kept?.outcome as Outcome | undefined) ?? outcome;
}
